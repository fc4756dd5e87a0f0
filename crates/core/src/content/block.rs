//! The blocks of a page, by `kind`.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::field::{ImageUrl, Line, LinkUrl, List, Prose};
use super::site::{Icon, Site};
use super::{ContentFault, read};
use crate::contact::Channel;
use crate::isrc::Isrc;

/// A title over a block, or a link's label.
type Title = Line<80>;

/// One part of the page. The order of the document is the order of the page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub enum Block {
    /// Who this is.
    Header(Header),
    Links(Links),
    Text(Text),
    Image(Image),
    Gallery(Gallery),
    /// What the owner is doing right now, live.
    Presence,
    Music(Music),
    Contact(Contact),
    /// A pause between two blocks.
    Divider,
}

impl Block {
    /// Reads the block that stands at `place`. By hand, since serde's tagged enums lose the path of a fault.
    pub(super) fn read(value: &Value, place: &str) -> Result<Self, ContentFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        let fault = |at: &str, message: String| ContentFault { path: format!("{place}{at}"), message };
        let Value::Object(fields) = value else { return Err(fault("", "must be an object".into())) };
        let kind = fields.get("kind").ok_or_else(|| fault("", "missing field `kind`".into()))?;
        Ok(match kind.as_str() {
            Some("header") => Self::Header(read_rest(fields, place)?),
            Some("links") => Self::Links(read_rest(fields, place)?),
            Some("text") => Self::Text(read_rest(fields, place)?),
            Some("image") => Self::Image(read_rest(fields, place)?),
            Some("gallery") => Self::Gallery(read_rest(fields, place)?),
            Some("presence") => read_rest(fields, place).map(|Nothing {}| Self::Presence)?,
            Some("music") => Self::Music(read_rest(fields, place)?),
            Some("contact") => Self::Contact(Contact::read(fields, place)?),
            Some("divider") => read_rest(fields, place).map(|Nothing {}| Self::Divider)?,
            _ => return Err(fault(".kind", format!("unknown kind of block {kind}"))),
        })
    }

    /// The word that names this kind in the document.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Header(_) => "header",
            Self::Links(_) => "links",
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Gallery(_) => "gallery",
            Self::Presence => "presence",
            Self::Music(_) => "music",
            Self::Contact(_) => "contact",
            Self::Divider => "divider",
        }
    }
}

/// The fields beside `kind`. Copied are only those in which there is a fault, to find its place.
fn read_rest<T: DeserializeOwned>(fields: &Map<String, Value>, place: &str) -> Result<T, ContentFault> {
    let rest = fields.iter().filter(|(name, _)| *name != "kind").map(|(name, value)| (name.as_str(), value));
    T::deserialize(MapDeserializer::new(rest)).or_else(|_: serde_json::Error| {
        let mut rest = fields.clone();
        rest.shift_remove("kind");
        read(&Value::Object(rest), place)
    })
}

const fn yes() -> bool {
    true
}

fn is_true(flag: &bool) -> bool {
    *flag
}

fn is_empty<T, const MAX: usize>(list: &List<T, 0, MAX>) -> bool {
    list.is_empty()
}

/// Which parts of the owner's account stand at the top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub avatar: bool,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub name: bool,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub handle: bool,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub bio: bool,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub badges: bool,
    /// Badges that go first, by their words: `verified`, `staff`, `partner`, `bugHunter`, `translator`, `plus`. What is
    /// not held, or not known, is passed over; the others follow in their usual order.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub badge_order: List<Line<40>, 0, 16>,
}

impl Default for Header {
    fn default() -> Self {
        Self { avatar: true, name: true, handle: true, bio: true, badges: true, badge_order: List::default() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Links {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    #[serde(default, skip_serializing_if = "LinkStyle::is_list")]
    pub style: LinkStyle,
    pub links: List<Link, 1, 60>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LinkStyle {
    /// One labelled link under the other.
    #[default]
    List,
    /// A row of icons; the labels are read out by screen readers only.
    Icons,
}

impl LinkStyle {
    fn is_list(&self) -> bool {
        *self == Self::List
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub label: Title,
    pub url: LinkUrl,
    /// A second line under the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Line<120>>,
    /// Left out: the icon of the site that the URL leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// Whether the link says "this is me" (`rel=me`). Left out: it does on sites where people have a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub me: Option<bool>,
}

impl Link {
    pub fn is_me(&self) -> bool {
        self.me.unwrap_or_else(|| self.site().is_some_and(|site| site.is_identity))
    }

    pub fn icon(&self) -> Icon {
        self.icon
            .or_else(|| self.site().map(|site| site.icon))
            .unwrap_or_else(|| Icon::for_scheme(self.url.scheme()))
    }

    fn site(&self) -> Option<&'static Site> {
        self.url.site()
    }

    /// A link to an account that the owner has elsewhere; `None` where the URL is none.
    pub(super) fn to_social(name: &str, url: &str) -> Option<Self> {
        let url = LinkUrl::parse(url).ok()?;
        let label = Line::parse(url.site().map_or(name, |site| site.name)).ok()?;
        Some(Self { label, url, note: None, icon: None, me: Some(true) })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Plain text; a line break within a paragraph is kept.
    pub paragraphs: List<Prose<2000>, 1, 20>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    pub url: ImageUrl,
    /// What the picture shows, for those who do not see it.
    pub alt: Line<300>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Line<200>>,
}

/// The owner's newest public uploads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gallery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// How many, 1 to 24.
    #[serde(
        default = "Gallery::usual_limit",
        skip_serializing_if = "Gallery::is_usual_limit",
        deserialize_with = "gallery_limit"
    )]
    #[schemars(range(min = 1, max = 24))]
    pub limit: u8,
}

impl Gallery {
    const fn usual_limit() -> u8 {
        6
    }

    fn is_usual_limit(limit: &u8) -> bool {
        *limit == Self::usual_limit()
    }
}

fn gallery_limit<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let limit = u8::deserialize(deserializer)?;
    if (1..=24).contains(&limit) { Ok(limit) } else { Err(serde::de::Error::custom("must be 1 to 24")) }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Music {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The tracks' ISRCs, in the order of playing.
    #[schemars(with = "super::schema::Isrcs")]
    pub tracks: List<Isrc, 1, 50>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// May be left out where there is a form.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub ways: List<Way, 0, 12>,
    /// Takes messages on the page itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

impl Contact {
    fn read(fields: &Map<String, Value>, place: &str) -> Result<Self, ContentFault> {
        let contact: Self = read_rest(fields, place)?;
        let fault = |path: &str, message: &str| {
            Err(ContentFault { path: format!("{place}.{path}"), message: message.into() })
        };
        match &contact.form {
            Some(form) if form.channels().next().is_none() => fault("form", "must name a way"),
            None if contact.ways.is_empty() => fault("ways", "must hold 1 to 12 items, or there is a form"),
            _ => Ok(contact),
        }
    }
}

/// On which ways the form takes messages, as far as the owner's contact settings have them open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub email: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discord: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sms: bool,
}

impl Form {
    pub fn channels(self) -> impl Iterator<Item = Channel> {
        let asked =
            [(self.email, Channel::Email), (self.discord, Channel::Discord), (self.sms, Channel::Sms)];
        asked.into_iter().filter_map(|(is_on, channel)| is_on.then_some(channel))
    }
}

/// One way to reach the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Way {
    pub way: WayKind,
    /// An address, a number or a handle, as people write it.
    pub value: Line<120>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WayKind {
    Email,
    Phone,
    Discord,
    Matrix,
    Xmpp,
}

impl Way {
    /// Where the way leads, if a URL can say it: a Discord handle has none.
    pub fn url(&self) -> Option<LinkUrl> {
        let value: &str = &self.value;
        let url = match self.way {
            WayKind::Email => format!("mailto:{value}"),
            WayKind::Phone => format!("tel:{}", value.replace([' ', '(', ')'], "")),
            WayKind::Discord => return None,
            WayKind::Matrix => format!("https://matrix.to/#/{value}"),
            WayKind::Xmpp => format!("xmpp:{value}"),
        };
        LinkUrl::parse(&url).ok()
    }

    fn is_well_formed(&self) -> bool {
        let value: &str = &self.value;
        let has_parts = |text: &str, mark| {
            text.split_once(mark).is_some_and(|(left, right)| !left.is_empty() && !right.is_empty())
        };
        // An address is written into a URL: what would start a query there would write the visitor's mail for them.
        let is_plain = !value.contains([' ', '?', '&', '#', '%', '<', '>', '"']);
        match self.way {
            WayKind::Email | WayKind::Xmpp => is_plain && has_parts(value, '@') && self.url().is_some(),
            WayKind::Matrix => {
                is_plain && value.starts_with('@') && has_parts(value, ':') && self.url().is_some()
            }
            WayKind::Phone => {
                value.chars().all(|letter| letter.is_ascii_digit() || " +-().".contains(letter))
            }
            WayKind::Discord => !value.contains(' '),
        }
    }
}

impl<'de> Deserialize<'de> for Way {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            way: WayKind,
            value: Line<120>,
        }
        let Fields { way, value } = Fields::deserialize(deserializer)?;
        let way = Self { way, value };
        let message = "`value` must be an address, number or handle of its kind";
        if way.is_well_formed() { Ok(way) } else { Err(serde::de::Error::custom(message)) }
    }
}
