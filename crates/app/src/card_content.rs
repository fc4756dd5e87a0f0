//! From a profile to what its card shows. Presence, activity and the footer's `Powered by` never are (contract O4).

use nameplate_card::{AvatarShape, Background, Badge, CardContent, Rgb};
use nameplate_core::content::Content;
use nameplate_core::plan::Plan;
use nameplate_core::profile::Profile;
use nameplate_core::theme::{self, Corner, Ground, ResolvedTheme};
use nameplate_core::time::Timestamp;
use nameplate_core::user::{self, User};

use crate::card_pictures::CardPictures;

pub(crate) async fn make(
    profile: &Profile,
    owner: &User,
    content: &Content,
    pictures: &CardPictures,
    now: Timestamp,
) -> CardContent {
    let theme = ResolvedTheme::new(content.template, &content.theme);
    let palette = theme.still();
    CardContent {
        name: owner.display_name().to_owned(),
        handle: format!("@{}", owner.username),
        bio: owner.bio.clone().filter(|_| content.tells(|header| header.bio)),
        badges: badges(owner, content, now),
        avatar: match &owner.avatar {
            Some(url) => pictures.avatar(url).await,
            None => None,
        },
        avatar_shape: match theme.corner {
            Corner::Sharp => AvatarShape::Square,
            Corner::Soft => AvatarShape::Rounded,
            Corner::Round => AvatarShape::Circle,
        },
        background: background(&palette.ground, palette.base, pictures).await,
        accent: rgb(palette.accent),
        footer: profile.domain.to_string(),
    }
}

fn rgb(color: theme::Rgb) -> Rgb {
    Rgb(color.r, color.g, color.b)
}

async fn background(ground: &Ground, base: theme::Rgb, pictures: &CardPictures) -> Background {
    match ground {
        Ground::Plain(color) => Background::Solid(rgb(*color)),
        Ground::Gradient { colors, angle } => match colors.as_slice() {
            [from, .., to] => {
                let via = colors.get(1).filter(|_| colors.len() > 2).map(|color| rgb(*color));
                Background::Gradient { from: rgb(*from), via, to: rgb(*to), angle: *angle }
            }
            _ => Background::Solid(rgb(base)),
        },
        Ground::Picture(url) => match pictures.layer(url).await {
            Some(layer) => Background::Picture(layer),
            None => Background::Solid(rgb(base)),
        },
    }
}

/// In the order of the page's header (U5).
fn badges(owner: &User, content: &Content, now: Timestamp) -> Vec<Badge> {
    if !content.tells(|header| header.badges) {
        return Vec::new();
    }
    let badges = owner.badges(now);
    let drawn = |badge| match badge {
        user::Badge::Verified => Badge::Verified,
        user::Badge::Staff => Badge::Staff,
        user::Badge::Partner => Badge::Partner,
        user::Badge::BugHunter if badges.bug_hunter_tier >= 2 => Badge::BugHunter2,
        user::Badge::BugHunter => Badge::BugHunter1,
        user::Badge::Translator => Badge::Translator,
        user::Badge::Plus if owner.plan(now) == Plan::Enterprise => Badge::Enterprise,
        user::Badge::Plus => Badge::Plus,
    };
    badges.in_order(content.badge_order()).into_iter().map(drawn).collect()
}
