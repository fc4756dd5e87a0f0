//! From a profile to what its card shows. Presence, activity and the footer's `Powered by` never are (contract O4).

use nameplate_card::{AvatarShape, Background, Badge, CardContent, Rgb};
use nameplate_core::content::Content;
use nameplate_core::plan::Plan;
use nameplate_core::profile::Profile;
use nameplate_core::theme::{self, Corner, Ground, ResolvedTheme};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;

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
        bio: owner.bio.clone(),
        badges: badges(owner, now),
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
