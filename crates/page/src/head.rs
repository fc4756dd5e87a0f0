//! The head of a page: what crawlers, chat programs and other sites read (contract P6).

use nameplate_core::text::{clean_line, cut_chars};
use serde_json::json;

use crate::context::SiteContext;
use crate::html::script_json;

pub(crate) struct Head<'a> {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) username: &'a str,
    pub(crate) canonical_url: &'a str,
    pub(crate) site_name: &'a str,
    pub(crate) card_url: &'a str,
    pub(crate) card_alt: String,
    pub(crate) icon_url: String,
    pub(crate) theme_color: String,
    pub(crate) me: Vec<String>,
    pub(crate) json_ld: String,
}

/// The name to show, without what must not be shown.
pub(crate) fn name_of(context: &SiteContext<'_>) -> String {
    let name = clean_line(context.owner.display_name(), 80);
    if name.trim().is_empty() { context.owner.username.clone() } else { name }
}

impl<'a> Head<'a> {
    pub(crate) fn new(
        context: &SiteContext<'a>,
        theme_color: String,
        me: Vec<String>,
        avatar: Option<&str>,
    ) -> Self {
        let name = name_of(context);
        let username = context.owner.username.as_str();
        let title = if name == username { name.clone() } else { format!("{name} (@{username})") };
        let bio = context.owner.bio.as_deref().filter(|_| context.content.tells(|header| header.bio));
        let bio = bio.map(one_line).filter(|bio| !bio.is_empty());
        let description = bio.clone().unwrap_or_else(|| format!("{name} on {}", context.site_name));
        let json_ld = script_json(&json_ld(context, &name, bio.as_deref(), avatar, &me));
        Self {
            card_alt: format!("{title} on {}", context.site_name),
            title,
            description,
            username,
            canonical_url: context.canonical_url,
            site_name: context.site_name,
            card_url: context.card_url,
            icon_url: avatar.unwrap_or_else(|| crate::assets::default_avatar_url()).to_owned(),
            theme_color,
            me,
            json_ld,
        }
    }
}

/// A text of several lines as one, short enough for a preview.
fn one_line(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = cut_chars(&joined, 200);
    let ending = if cut.len() < joined.len() { "…" } else { "" };
    clean_line(cut, 200) + ending
}

fn json_ld(
    context: &SiteContext<'_>,
    name: &str,
    bio: Option<&str>,
    avatar: Option<&str>,
    me: &[String],
) -> serde_json::Value {
    let mut person = json!({
        "@type": "Person",
        "name": name,
        "alternateName": context.owner.username,
        "identifier": context.owner.id,
        "url": context.canonical_url,
        "sameAs": me,
    });
    if let Some(person) = person.as_object_mut() {
        person.extend(bio.map(|bio| ("description".into(), bio.into())));
        let absolute = |path: &str| format!("{}{path}", context.canonical_url.trim_end_matches('/'));
        person.extend(avatar.map(|path| ("image".into(), absolute(path).into())));
    }
    json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": context.canonical_url,
        "dateCreated": context.created,
        "dateModified": context.updated,
        "mainEntity": person,
    })
}
