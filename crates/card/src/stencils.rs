//! The masks that every card uses again: outlines of avatars, discs and signs of badges. Rasterised once per renderer.

use std::collections::HashMap;

use crate::{AvatarShape, Badge, badges, frame::Mask, picture::AVATAR, shape};

/// The side of the ring around the avatar, in pixels.
pub(crate) const RING: f32 = 248.0;
/// The side of a badge's disc, in pixels.
pub(crate) const DISC: f32 = 32.0;
/// The side of the seal beside the name, in pixels.
pub(crate) const SEAL: f32 = 50.0;
const RING_PEN: f32 = 5.0;
const SIGN: f32 = 21.0;

/// Masks by what they are for.
pub(crate) struct Stencils {
    avatars: HashMap<AvatarShape, Portrait>,
    pub(crate) disc: Mask,
    signs: HashMap<Badge, Vec<Mask>>,
    pub(crate) seal: Mask,
    pub(crate) check: Mask,
    pub(crate) link: Vec<Mask>,
    pub(crate) person: Mask,
}

/// The two outlines of an avatar.
pub(crate) struct Portrait {
    pub(crate) inner: Mask,
    pub(crate) ring: Mask,
}

impl Stencils {
    pub(crate) fn new() -> Self {
        let shapes = [AvatarShape::Circle, AvatarShape::Rounded, AvatarShape::Square];
        let check = |part: &badges::Part| shape::icon(part.path, part.pen, SEAL);
        Self {
            avatars: shapes.into_iter().map(|shape| (shape, Portrait::new(shape))).collect(),
            disc: shape::rounded(DISC, DISC, DISC / 2.0),
            signs: Badge::ALL.into_iter().map(|badge| (badge, sign(badge))).collect(),
            seal: shape::icon(badges::SEAL, None, SEAL),
            check: badges::look(Badge::Verified).parts.first().map(check).unwrap_or_default(),
            link: LINK.iter().map(|path| shape::icon(path, Some(2.2), 28.0)).collect(),
            person: shape::icon(PERSON, None, AVATAR as f32),
        }
    }

    pub(crate) fn portrait(&self, shape: AvatarShape) -> Option<&Portrait> {
        self.avatars.get(&shape)
    }

    pub(crate) fn sign(&self, badge: Badge) -> &[Mask] {
        self.signs.get(&badge).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Portrait {
    fn new(outline: AvatarShape) -> Self {
        let side = AVATAR as f32;
        let (inner, outer) = match outline {
            AvatarShape::Circle => (side / 2.0, RING / 2.0),
            AvatarShape::Rounded => (54.0, 66.0),
            AvatarShape::Square => (14.0, 24.0),
        };
        Self { inner: shape::rounded(side, side, inner), ring: shape::band(RING, outer, RING_PEN) }
    }
}

fn sign(badge: Badge) -> Vec<Mask> {
    badges::look(badge).parts.iter().map(|part| shape::icon(part.path, part.pen, SIGN)).collect()
}

/// Offset of a sign within its disc.
pub(crate) const SIGN_INSET: i32 = ((DISC - SIGN) / 2.0) as i32;

const LINK: &[&str] = &[
    "M10,13 a5,5 0 0 0 7.5,0.5 l3,-3 a5,5 0 0 0 -7,-7 l-1.7,1.7",
    "M14,11 a5,5 0 0 0 -7.5,-0.5 l-3,3 a5,5 0 0 0 7,7 l1.7,-1.7",
];

const PERSON: &str = "M12,5.4 A4,4 0 1 1 12,13.4 A4,4 0 1 1 12,5.4 Z M12,15 C16.6,15 19,17.6 19,20.4 V24 H5 V20.4 C5,17.6 7.4,15 12,15 Z";
