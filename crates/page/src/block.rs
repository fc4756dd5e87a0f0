//! Blocks as templates see them: every text decided, every URL resolved, nothing left to look up.

use std::fmt;

use nameplate_core::contact::Channel;
use nameplate_core::content::{self, Block, Line, LinkStyle, LinkUrl, WayKind};
use nameplate_core::isrc::Isrc;
use nameplate_core::text::is_unshowable;
use nameplate_core::user::{Badge, Badges};

use crate::assets;
use crate::context::{FormCheck, FormContext, Photo, SiteContext, Track};
use crate::head::name_of;
use crate::html::Mark;

/// One block of the page. What has nothing to show is not among them.
pub(crate) enum BlockView<'a> {
    Header(HeaderView),
    Links(LinksView<'a>),
    Text(TextView<'a>),
    Image(ImageView<'a>),
    Gallery(GalleryView<'a>),
    Music(MusicView<'a>),
    Contact(ContactView<'a>),
    Divider,
}

/// A block's place in the document, for previews: an attribute, or nothing.
#[derive(Clone, Copy)]
pub(crate) struct Place(pub(crate) Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |at| write!(f, " data-block=\"{at}\""))
    }
}

impl askama::filters::HtmlSafe for Place {}

pub(crate) struct HeaderView {
    pub(crate) avatar: Option<Face>,
    /// `None` where the owner hides it; screen readers hear it all the same.
    pub(crate) name: Option<String>,
    pub(crate) spoken_name: String,
    pub(crate) handle: Option<String>,
    pub(crate) bio: Option<String>,
    pub(crate) badges: Vec<BadgeView>,
}

/// The owner's picture, or their initial where they have none.
pub(crate) enum Face {
    Picture(String),
    Initial(String),
}

pub(crate) struct BadgeView {
    pub(crate) mark: Mark,
    pub(crate) label: &'static str,
}

pub(crate) struct LinksView<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) is_list: bool,
    pub(crate) links: Vec<LinkView<'a>>,
}

pub(crate) struct LinkView<'a> {
    pub(crate) label: &'a str,
    pub(crate) note: Option<&'a str>,
    pub(crate) href: &'a str,
    pub(crate) rel: &'static str,
    pub(crate) icon: &'static str,
    /// The site's host, for designs that show it.
    pub(crate) host: &'a str,
}

impl LinkView<'_> {
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.icon)
    }
}

pub(crate) struct TextView<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) paragraphs: Vec<&'a str>,
}

pub(crate) struct ImageView<'a> {
    pub(crate) src: String,
    pub(crate) alt: &'a str,
    pub(crate) caption: Option<&'a str>,
}

pub(crate) struct GalleryView<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) photos: &'a [Photo],
}

pub(crate) struct MusicView<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) tracks: Vec<TrackView<'a>>,
}

pub(crate) struct TrackView<'a> {
    pub(crate) number: usize,
    pub(crate) isrc: Isrc,
    pub(crate) src: String,
    /// Empty where it is not known.
    pub(crate) title: &'a str,
    pub(crate) artist: &'a str,
    pub(crate) artwork: String,
}

impl TrackView<'_> {
    pub(crate) fn name(&self) -> std::borrow::Cow<'_, str> {
        if self.title.is_empty() { format!("Track {}", self.number).into() } else { self.title.into() }
    }
}

pub(crate) struct ContactView<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) ways: Vec<WayView<'a>>,
    pub(crate) form: Option<FormView<'a>>,
}

/// A form that sends a message on any of the ways that are open.
pub(crate) struct FormView<'a> {
    /// Without the channel at its end.
    pub(crate) url: String,
    pub(crate) first: &'static str,
    pub(crate) sends: Vec<SendView>,
    pub(crate) longest: usize,
    /// For the script: `none`, `pow` or `turnstile`.
    pub(crate) check: &'static str,
    pub(crate) site_key: Option<&'a str>,
}

pub(crate) struct SendView {
    pub(crate) channel: &'static str,
    pub(crate) mark: Mark,
    pub(crate) label: &'static str,
}

pub(crate) struct WayView<'a> {
    pub(crate) mark: Mark,
    pub(crate) label: &'static str,
    pub(crate) value: &'a str,
    pub(crate) url: Option<LinkUrl>,
}

impl<'a> BlockView<'a> {
    /// `None` for a block that has nothing to show, and for the live card, which is a hole in the page.
    pub(crate) fn of(block: &'a Block, context: &SiteContext<'a>) -> Option<Self> {
        Some(match block {
            Block::Header(header) => Self::Header(HeaderView::new(header, context)),
            Block::Links(links) => Self::Links(LinksView::new(links)),
            Block::Text(prose) => Self::Text(TextView {
                title: text(&prose.title),
                paragraphs: prose.paragraphs.iter().map(|paragraph| &**paragraph).collect(),
            }),
            Block::Image(image) => Self::Image(ImageView {
                src: (context.images)(&image.url)?,
                alt: &image.alt,
                caption: text(&image.caption),
            }),
            Block::Gallery(gallery) => {
                let photos = context.photos.get(..usize::from(gallery.limit)).unwrap_or(context.photos);
                let is_empty = photos.is_empty();
                (!is_empty).then_some(Self::Gallery(GalleryView { title: text(&gallery.title), photos }))?
            }
            Block::Music(music) => Self::Music(MusicView::new(music, context)),
            Block::Contact(contact) => {
                let view = ContactView::new(contact, context);
                let is_empty = view.ways.is_empty() && view.form.is_none();
                (!is_empty).then_some(Self::Contact(view))?
            }
            Block::Divider => Self::Divider,
            Block::Presence => return None,
        })
    }
}

fn text<const MAX: usize>(line: &Option<Line<MAX>>) -> Option<&str> {
    line.as_deref()
}

/// The owner's picture on the page's own host.
pub(crate) fn avatar_of(context: &SiteContext<'_>) -> Option<String> {
    context.owner.avatar.as_deref().and_then(context.images)
}

impl HeaderView {
    fn new(header: &content::Header, context: &SiteContext<'_>) -> Self {
        let name = name_of(context);
        let initial = || {
            Face::Initial(
                name.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('?').to_uppercase().collect(),
            )
        };
        let bio = context.owner.bio.as_deref().map(|bio| {
            bio.chars().filter(|letter| *letter == '\n' || !is_unshowable(*letter)).collect::<String>()
        });
        Self {
            avatar: header.avatar.then(|| avatar_of(context).map_or_else(initial, Face::Picture)),
            handle: header.handle.then(|| format!("@{}", context.owner.username)),
            bio: bio.filter(|bio| header.bio && !bio.trim().is_empty()),
            badges: if header.badges { badges(&context.badges, &header.badge_order) } else { Vec::new() },
            name: header.name.then(|| name.clone()),
            spoken_name: name,
        }
    }
}

fn badges(badges: &Badges, first: &[Line<40>]) -> Vec<BadgeView> {
    let view = |badge| match badge {
        Badge::Verified => ("verified", "Verified"),
        Badge::Staff => ("staff", "Staff"),
        Badge::Partner => ("partner", "Partner"),
        Badge::BugHunter if badges.bug_hunter_tier >= 2 => ("bug", "Elite bug hunter"),
        Badge::BugHunter => ("bug", "Bug hunter"),
        Badge::Translator => ("translator", "Translator"),
        Badge::Plus => ("plus", "Plus"),
    };
    let views = badges.in_order(first).into_iter().map(view);
    views.map(|(icon, label)| BadgeView { mark: Mark(icon), label }).collect()
}

impl<'a> LinksView<'a> {
    fn new(links: &'a content::Links) -> Self {
        let view = |link: &'a content::Link| LinkView {
            label: &link.label,
            note: text(&link.note),
            href: link.url.href(),
            rel: if link.is_me() {
                "me noopener noreferrer nofollow ugc"
            } else {
                "noopener noreferrer nofollow ugc"
            },
            icon: link.icon().as_str(),
            host: link.url.host().map_or(link.url.scheme(), |host| host.trim_start_matches("www.")),
        };
        Self {
            title: text(&links.title),
            is_list: links.style == LinkStyle::List,
            links: links.links.iter().map(view).collect(),
        }
    }
}

impl<'a> MusicView<'a> {
    fn new(music: &'a content::Music, context: &SiteContext<'a>) -> Self {
        let view = |(at, isrc): (usize, &Isrc)| {
            let known: Option<&'a Track> = context.tracks.iter().find(|track| track.isrc == *isrc);
            TrackView {
                number: at + 1,
                isrc: *isrc,
                src: format!("/api/v1/profiles/{}/music/{isrc}", context.profile_id),
                title: known.and_then(|track| track.title.as_deref()).unwrap_or_default(),
                artist: known.and_then(|track| track.artist.as_deref()).unwrap_or_default(),
                artwork: known
                    .and_then(|track| (context.images)(track.artwork.as_deref()?))
                    .unwrap_or_default(),
            }
        };
        Self { title: text(&music.title), tracks: music.tracks.iter().enumerate().map(view).collect() }
    }

    pub(crate) fn is_single(&self) -> bool {
        self.tracks.len() == 1
    }
}

impl<'a> ContactView<'a> {
    fn new(contact: &'a content::Contact, context: &SiteContext<'a>) -> Self {
        let view = |way: &'a content::Way| {
            let (icon, label) = match way.way {
                WayKind::Email => ("mail", "E-mail"),
                WayKind::Phone => ("phone", "Phone"),
                WayKind::Discord => ("discord", "Discord"),
                WayKind::Matrix => ("matrix", "Matrix"),
                WayKind::Xmpp => ("xmpp", "XMPP"),
            };
            WayView { mark: Mark(icon), label, value: &way.value, url: way.url() }
        };
        Self {
            title: text(&contact.title),
            ways: contact.ways.iter().map(view).collect(),
            form: contact.form.and_then(|form| FormView::new(form, context)),
        }
    }
}

impl<'a> FormView<'a> {
    /// `None` where none of its ways is open.
    fn new(form: content::Form, context: &SiteContext<'a>) -> Option<Self> {
        let FormContext { channels, check } = context.form;
        let open: Vec<Channel> = form.channels().filter(|channel| channels.contains(channel)).collect();
        let send = |channel: &Channel| {
            let (icon, label) = match channel {
                _ if open.len() == 1 => ("mail", "Send message"),
                Channel::Email => ("mail", "Send by e-mail"),
                Channel::Discord => ("discord", "Send on Discord"),
                Channel::Sms => ("phone", "Send as a text"),
            };
            SendView { channel: channel.as_str(), mark: Mark(icon), label }
        };
        let (check, site_key) = match check {
            FormCheck::Off => ("none", None),
            FormCheck::Work => ("pow", None),
            FormCheck::Turnstile { site_key } => ("turnstile", Some(site_key)),
        };
        Some(Self {
            url: format!("/api/v1/profiles/{}/contact", context.profile_id),
            first: open.first()?.as_str(),
            sends: open.iter().map(send).collect(),
            longest: open.iter().map(|channel| channel.longest()).max()?,
            check,
            site_key,
        })
    }
}

/// The URL of the script, for pages that have something for it to do.
pub(crate) fn script_url() -> &'static str {
    assets::url("page.js")
}
