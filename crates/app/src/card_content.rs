//! From a profile to what its card shows. Presence, activity and the footer's `Powered by` never are (contract O4).

use std::sync::Arc;

use nameplate_card::{Avatar, AvatarShape, Background, Badge, CardContent, Layer, Rgb};
use nameplate_core::content::Content;
use nameplate_core::plan::Plan;
use nameplate_core::profile::Profile;
use nameplate_core::theme::{self, Corner, Ground, ResolvedTheme};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;

use crate::art::Arts;

pub(crate) async fn make(
    profile: &Profile,
    owner: &User,
    content: &Content,
    art: &Arts,
    now: Timestamp,
) -> CardContent {
    let theme = ResolvedTheme::new(content.template, &content.theme);
    let palette = theme.still();
    CardContent {
        name: owner.display_name().to_owned(),
        handle: format!("@{}", owner.username),
        bio: owner.bio.clone(),
        badges: badges(owner, now),
        avatar: match &owner.avatar {
            Some(url) => avatar(art, url).await,
            None => None,
        },
        avatar_shape: match theme.corner {
            Corner::Sharp => AvatarShape::Square,
            Corner::Soft => AvatarShape::Rounded,
            Corner::Round => AvatarShape::Circle,
        },
        background: background(&palette.ground, palette.base, art).await,
        accent: rgb(palette.accent),
        footer: profile.domain.to_string(),
    }
}

fn rgb(color: theme::Rgb) -> Rgb {
    Rgb(color.r, color.g, color.b)
}

async fn background(ground: &Ground, base: theme::Rgb, art: &Arts) -> Background {
    match ground {
        Ground::Plain(color) => Background::Solid(rgb(*color)),
        Ground::Gradient { colors, angle } => match colors.as_slice() {
            [from, .., to] => {
                let via = colors.get(1).filter(|_| colors.len() > 2).map(|color| rgb(*color));
                Background::Gradient { from: rgb(*from), via, to: rgb(*to), angle: *angle }
            }
            _ => Background::Solid(rgb(base)),
        },
        Ground::Picture(url) => match layer(art, url).await {
            Some(layer) => Background::Picture(layer),
            None => Background::Solid(rgb(base)),
        },
    }
}

/// A picture that cannot be had or read leaves its place empty: the card is drawn all the same.
async fn avatar(art: &Arts, url: &str) -> Option<Arc<Avatar>> {
    let bytes = art.bytes(url).await?;
    let avatar = art.on_pool(move || Avatar::prepare(&bytes)).await?;
    avatar
        .inspect_err(|error| tracing::warn!(%error, "an avatar cannot be drawn on its card"))
        .ok()
        .map(Arc::new)
}

async fn layer(art: &Arts, url: &str) -> Option<Arc<Layer>> {
    let bytes = art.bytes(url).await?;
    let layer = art.on_pool(move || Layer::prepare(&bytes)).await?;
    layer
        .inspect_err(|error| tracing::warn!(%error, "a picture cannot be drawn on its card"))
        .ok()
        .map(Arc::new)
}

fn badges(owner: &User, now: Timestamp) -> Vec<Badge> {
    let hunter = match owner.bug_hunter_tier {
        Some(1) => Some(Badge::BugHunter1),
        Some(2..) => Some(Badge::BugHunter2),
        _ => None,
    };
    let plan = match owner.plan(now) {
        Plan::Free => None,
        Plan::Plus => Some(Badge::Plus),
        Plan::Enterprise => Some(Badge::Enterprise),
    };
    [
        owner.is_verified.then_some(Badge::Verified),
        owner.is_staff.then_some(Badge::Staff),
        owner.is_partner.then_some(Badge::Partner),
        hunter,
        owner.is_translator.then_some(Badge::Translator),
        plan,
    ]
    .into_iter()
    .flatten()
    .collect()
}
