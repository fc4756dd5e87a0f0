//! What a page is made from.

use nameplate_core::contact::Channel;
use nameplate_core::content::Content;
use nameplate_core::id::ProfileId;
use nameplate_core::isrc::Isrc;
use nameplate_core::time::Timestamp;
use nameplate_core::user::{Badges, User};

use crate::styles::Styles;

/// From a picture's URL as its owner wrote it to one on the page's own host: `None` where it cannot be shown.
///
/// [`crate::art_url`] serves for remote pictures; uploads of this instance have shorter ways.
pub type Images<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// A profile, ready to be drawn.
#[derive(Clone, Copy)]
pub struct SiteContext<'a> {
    pub site_name: &'a str,
    /// Where the `Powered by` line leads: the dashboard's home.
    pub home_url: &'a str,
    /// The page's own absolute URL, with its final slash.
    pub canonical_url: &'a str,
    /// The absolute URL of the share card, with the hash of its content as `?v=`.
    pub card_url: &'a str,
    pub profile_id: &'a ProfileId,
    pub owner: &'a User,
    pub badges: Badges,
    pub is_premium: bool,
    pub content: &'a Content,
    /// What is known about the tracks of the music blocks; the page's script asks for the rest.
    pub tracks: &'a [Track],
    /// The owner's public pictures, newest first.
    pub photos: &'a [Photo],
    pub images: Images<'a>,
    /// How the forms of contact blocks take messages.
    pub form: FormContext<'a>,
    /// Where pages that look alike find the style that they share.
    pub styles: &'a Styles,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Whether it is for its owner's eyes, who picks blocks in it: each names its place in the document.
    pub is_preview: bool,
}

/// Which ways of the page's forms are open, and how a form shows that a person sends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormContext<'a> {
    pub channels: &'a [Channel],
    pub check: FormCheck<'a>,
}

#[derive(Clone, Copy, Debug, Default)]
pub enum FormCheck<'a> {
    #[default]
    Off,
    /// By proof of work, which the page's script does.
    Work,
    Turnstile {
        site_key: &'a str,
    },
}

/// A recording, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pub isrc: Isrc,
    pub title: Option<String>,
    pub artist: Option<String>,
    /// The picture's URL as the music worker gave it.
    pub artwork: Option<String>,
}

/// A public upload that is a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The picture's URL on the page's own host.
    pub src: String,
    /// Where a click leads.
    pub href: String,
    pub title: Option<String>,
}
