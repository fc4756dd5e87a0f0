//! The content of a profile's page: one versioned JSON document (contract W1).
//!
//! [`Content::from_value`] is the only way in: each field is parsed into a type that cannot hold a bad value, and a
//! fault comes back with its JSON path, such as `blocks[2].links[0].url`. How a page looks is decided elsewhere
//! ([`crate::theme`] for its colours, the `page` crate for its HTML).

mod block;
mod field;
mod notes;
mod schema;
mod site;
mod suggest;

pub use block::{
    Block, Contact, Form, Gallery, Header, Image, Link, LinkStyle, Links, Music, Text, Way, WayKind,
};
pub use field::{ImageUrl, Line, LinkUrl, List, Prose};
pub use notes::{Facts, Note, NoteKind, Severity, notes};
pub use schema::schema;
pub use site::{ICONS, Icon, Site};
pub use suggest::Suggestion;

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contact::Channel;
use crate::object::{self, Objects};
use crate::theme::{Template, Theme};
use crate::user::Socials;

/// The most blocks on one page.
pub const MAX_BLOCKS: usize = 64;

/// The text of a page that was just made.
pub const STARTER: &str = "Hello, and welcome to my page.";

/// What is wrong with a content document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ContentFault {
    /// The JSON path of the fault, `.` for the document itself.
    pub path: String,
    pub message: String,
}

/// A profile's page, as its owner made it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Content {
    schema: Schema,
    pub template: Template,
    /// Left out: the template's own look.
    #[schemars(default)]
    pub theme: Theme,
    /// Shown in this order.
    #[schemars(default, length(max = MAX_BLOCKS))]
    pub blocks: Vec<Block>,
    /// Leaves out the `Powered by` line; counts for premium owners only (P8).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub hide_footer: bool,
}

/// The version of the document: 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u64", try_from = "u64")]
struct Schema;

impl From<Schema> for u64 {
    fn from(_: Schema) -> Self {
        1
    }
}

impl TryFrom<u64> for Schema {
    type Error = &'static str;

    fn try_from(version: u64) -> Result<Self, Self::Error> {
        if version == 1 { Ok(Self) } else { Err("must be 1, the only version there is") }
    }
}

impl Content {
    /// Reads a document, refusing whatever it does not know.
    pub fn from_value(value: &Value) -> Result<Self, ContentFault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Document {
            schema: Schema,
            template: Template,
            #[serde(default)]
            theme: Theme,
            // Counted only: each is read where it stands.
            #[serde(default, rename = "blocks")]
            _blocks: List<IgnoredAny, 0, MAX_BLOCKS>,
            #[serde(default)]
            hide_footer: bool,
        }
        if !value.is_object() {
            return Err(ContentFault { path: ".".into(), message: "must be an object".into() });
        }
        let document: Document = read(value, "")?;
        let blocks = value.get("blocks").and_then(Value::as_array).into_iter().flatten().enumerate();
        let content = Self {
            schema: document.schema,
            template: document.template,
            theme: document.theme,
            blocks: blocks
                .map(|(at, block)| Block::read(block, &format!("blocks[{at}]")))
                .collect::<Result<_, _>>()?,
            hide_footer: document.hide_footer,
        };
        content.refuse_twins()?;
        Ok(content)
    }

    /// The document again, without the fields that hold their default.
    pub fn to_value(&self) -> Value {
        // Cannot fail: every key is a string and no type here has a failing serialiser.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The page of somebody who has not made one: who they are, what they are doing, and where else they are found.
    ///
    /// Socials that are no well-formed link, such as a bare Discord id, are left out.
    pub fn default_for(socials: Option<&Socials>) -> Self {
        let socials = socials.into_iter().flatten().filter_map(|(name, url)| Some((name, url.as_str()?)));
        let links: Vec<Link> = socials.filter_map(|(name, url)| Link::to_social(name, url)).collect();
        let links = List::new(links)
            .ok()
            .map(|links| Block::Links(Links { title: None, style: LinkStyle::List, links }));
        let blocks = [Block::Header(Header::default()), Block::Presence].into_iter().chain(links).collect();
        Self {
            schema: Schema,
            template: Template::Minimal,
            theme: Theme::default(),
            blocks,
            hide_footer: false,
        }
    }

    /// What a new page begins with: the same in a design, and a text to be written.
    pub fn starter(template: Template, socials: Option<&Socials>) -> Self {
        let default = Self::default_for(socials);
        let text = |text: &str| List::new(vec![Prose::parse(text).ok()?]).ok();
        let text = text(STARTER).map(|paragraphs| Block::Text(Text { title: None, paragraphs }));
        let mut blocks = default.blocks.clone();
        blocks.splice(2.min(blocks.len()).., text.into_iter().chain(default.blocks.iter().skip(2).cloned()));
        Self { template, blocks, ..default }
    }

    /// Whether the owner asked for the presence card.
    pub fn has_presence(&self) -> bool {
        self.blocks.contains(&Block::Presence)
    }

    /// Which badges the owner has put first.
    pub fn badge_order(&self) -> &[Line<40>] {
        self.header().map(|header| &*header.badge_order).unwrap_or_default()
    }

    /// Whether a part of the account may be told where the page is shared: not what its header leaves out.
    pub fn tells(&self, part: impl FnOnce(&Header) -> bool) -> bool {
        self.header().is_none_or(part)
    }

    fn header(&self) -> Option<&Header> {
        self.blocks.iter().find_map(|block| match block {
            Block::Header(header) => Some(header),
            _ => None,
        })
    }

    /// The ways on which the page's forms take messages.
    pub fn form_channels(&self) -> impl Iterator<Item = Channel> {
        let forms = self.blocks.iter().filter_map(|block| match block {
            Block::Contact(contact) => contact.form,
            _ => None,
        });
        forms.flat_map(Form::channels)
    }

    /// What stands on the link that leads to `url`, written as in the page; none, if the page holds no such link.
    pub fn link_label(&self, url: &str) -> Option<&str> {
        self.blocks.iter().find_map(|block| match block {
            Block::Links(links) => {
                links.links.iter().find(|link| link.url.href() == url).map(|link| &*link.label)
            }
            Block::Contact(contact) => {
                let leads_there = |way: &&Way| way.url().is_some_and(|there| there.href() == url);
                contact.ways.iter().find(leads_there).map(|way| &*way.value)
            }
            _ => None,
        })
    }

    /// Who somebody is and what they are doing is said once.
    fn refuse_twins(&self) -> Result<(), ContentFault> {
        for kind in ["header", "presence"] {
            if let Some((at, _)) =
                self.blocks.iter().enumerate().filter(|(_, block)| block.kind() == kind).nth(1)
            {
                let message = format!("a page holds one `{kind}` block only");
                return Err(ContentFault { path: format!("blocks[{at}]"), message });
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Reads one part of the document, which stands at `place`.
fn read<T: serde::de::DeserializeOwned>(value: &Value, place: &str) -> Result<T, ContentFault> {
    // Keeping track of the place costs as much as the reading, so only what has a fault is read that way.
    T::deserialize(Objects(value)).or_else(|_| object::read(value)).map_err(|error| {
        let path = match (place, error.path().to_string().as_str()) {
            ("", within) => within.to_owned(),
            (place, ".") => place.to_owned(),
            (place, within) => format!("{place}.{within}"),
        };
        ContentFault { path, message: error.inner().to_string() }
    })
}

#[cfg(test)]
mod tests;
