//! What a file is: the seven types that are accepted, told by their first bytes (contract A4).
//!
//! The content decides and the name must agree, so that a page disguised as a picture is refused at the door. What the
//! bytes decode to is [`crate::picture`]'s concern; how a file is served is the web layer's.

use nameplate_core::post::FileName;

/// How many leading bytes [`MediaKind::identify`] wants to see; fewer are fine when the file is shorter.
pub const HEAD_BYTES: usize = 4096;

/// A type of file that can be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Png,
    Jpeg,
    Webp,
    Gif,
    Mp4,
    Mov,
    Mkv,
}

/// The content is of none of the accepted types, or of another one than the name says.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("Unsupported file type. Only .png, .jpg, .webp, .gif, .mov, .mp4, .mkv files are supported.")]
pub struct Unsupported;

impl MediaKind {
    /// Judges an upload by the name that its sender gave it and its first [`HEAD_BYTES`] bytes. A name without an
    /// extension contradicts nothing: the content alone decides.
    pub fn identify(name: &str, head: &[u8]) -> Result<Self, Unsupported> {
        let claims = claims(head);
        match name.rsplit_once('.') {
            None => claims.first().copied().ok_or(Unsupported),
            Some((_, extension)) => {
                let named = Self::from_extension(extension).ok_or(Unsupported)?;
                if claims.contains(&named) { Ok(named) } else { Err(Unsupported) }
            }
        }
    }

    /// The type that the first bytes name.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        claims(head).first().copied()
    }

    /// The type of a stored file, whose extension was judged when it came in.
    pub fn of(name: &FileName) -> Option<Self> {
        name.as_str().rsplit_once('.').and_then(|(_, extension)| Self::from_extension(extension))
    }

    fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "webp" => Self::Webp,
            "gif" => Self::Gif,
            "mp4" => Self::Mp4,
            "mov" => Self::Mov,
            "mkv" => Self::Mkv,
            _ => return None,
        })
    }

    /// Without the dot; the form in which new names are made.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Mkv => "mkv",
        }
    }

    /// The value of `Content-Type`.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Mkv => "video/x-matroska",
        }
    }

    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp | Self::Gif)
    }
}

/// Every type that the bytes may rightly carry, the likeliest first. Only MP4 and QuickTime share a container.
fn claims(head: &[u8]) -> &'static [MediaKind] {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', _, _, _, _, b'I', b'H', b'D', b'R', ..] => {
            &[MediaKind::Png]
        }
        [0xff, 0xd8, 0xff, ..] => &[MediaKind::Jpeg],
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            b'V',
            b'P',
            b'8',
            b' ' | b'L' | b'X',
            ..,
        ] => &[MediaKind::Webp],
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => &[MediaKind::Gif],
        [0x1a, 0x45, 0xdf, 0xa3, header @ ..] if is_matroska(header) => &[MediaKind::Mkv],
        [a, b, c, d, b'f', b't', b'y', b'p', brands @ ..] => {
            let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            by_brands(brands.get(..size.saturating_sub(8)).unwrap_or(brands))
        }
        // QuickTime files from before `ftyp` begin with one of these atoms.
        [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => &[MediaKind::Mov],
        _ => &[],
    }
}

/// EBML is also WebM's container; its `DocType` element (id 42 82) says which.
fn is_matroska(header: &[u8]) -> bool {
    let searched = header.get(..64.min(header.len())).unwrap_or_default();
    searched.windows(11).any(|window| window.starts_with(b"\x42\x82\x88matroska"))
}

/// `brands` is the major brand, a version and the compatible brands (ISO/IEC 14496-12, 4.3).
fn by_brands(brands: &[u8]) -> &'static [MediaKind] {
    const STILLS: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];
    const MP4: [&[u8]; 13] = [
        b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash",
        b"3gp4", b"3gp5",
    ];
    let any = |wanted: &[&[u8]]| brands.chunks_exact(4).any(|brand| wanted.contains(&brand));
    match (any(&[b"qt  "]), any(&MP4)) {
        _ if any(&STILLS) => &[],
        (true, true) if brands.starts_with(b"qt  ") => &[MediaKind::Mov, MediaKind::Mp4],
        (true, true) => &[MediaKind::Mp4, MediaKind::Mov],
        (true, false) => &[MediaKind::Mov],
        (false, true) => &[MediaKind::Mp4],
        (false, false) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ftyp(brands: &[u8]) -> Vec<u8> {
        let mut file = (brands.len() as u32 + 8).to_be_bytes().to_vec();
        file.extend_from_slice(b"ftyp");
        file.extend_from_slice(brands);
        file.extend_from_slice(b"\0\0\0\x08qt  isom");
        file
    }

    /// A4
    #[test]
    fn the_first_bytes_tell_the_type() {
        let mkv = b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82\x88matroska";
        let samples: [(&[u8], Option<MediaKind>); 12] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(MediaKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(MediaKind::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8X", Some(MediaKind::Webp)),
            (b"GIF89a<script>", Some(MediaKind::Gif)),
            (mkv, Some(MediaKind::Mkv)),
            (b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82\x84webm", None),
            (&ftyp(b"isom\0\0\x02\0isomiso2avc1mp41"), Some(MediaKind::Mp4)),
            (&ftyp(b"qt  \0\0\0\0qt  "), Some(MediaKind::Mov)),
            (&ftyp(b"heic\0\0\0\0mif1heicisom"), None),
            (b"<!doctype html><title>x</title>", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"", None),
        ];
        for (head, kind) in samples {
            assert_eq!(MediaKind::sniff(head), kind, "{:?}", String::from_utf8_lossy(head));
        }
    }

    /// A4
    #[test]
    fn the_name_must_agree_with_the_content() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(MediaKind::identify("Holiday.PNG", png), Ok(MediaKind::Png));
        assert_eq!(MediaKind::identify("blob", png), Ok(MediaKind::Png));
        for name in ["a.jpg", "a.png.exe", "a.", "a.svg", ".mp4"] {
            assert_eq!(MediaKind::identify(name, png), Err(Unsupported), "{name}");
        }
        assert_eq!(MediaKind::identify("page.png", b"<!doctype html>"), Err(Unsupported));
        let either = ftyp(b"qt  \0\0\0\0qt  isom");
        assert_eq!(MediaKind::identify("clip.mp4", &either), Ok(MediaKind::Mp4));
        assert_eq!(MediaKind::identify("clip.mov", &either), Ok(MediaKind::Mov));
    }
}
