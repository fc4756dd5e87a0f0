//! Pictures: limits, orientation, and what is left of a sent file.

use std::time::Duration;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use nameplate_media::kind::MediaKind;
use nameplate_media::picture::{self, Picture, PictureError};

use crate::sample::{
    self, BLUE, GREEN, RED, WHITE, encoded, jpeg_with_exif, png_bomb, png_with, quarters, zlib_zeros,
};

/// How long this thread has worked so far. Unlike the clock on the wall it does not run while others have the cores.
fn busy() -> Duration {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(schedule.split(' ').next().unwrap().parse().unwrap())
}

/// The colours in the middles of the four quarters, row by row.
fn seen(picture: &Picture) -> [[u8; 3]; 4] {
    let image = image::load_from_memory(&picture.bytes).unwrap().to_rgb8();
    assert_eq!(image.dimensions(), (picture.width, picture.height));
    let (width, height) = image.dimensions();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| image.get_pixel(width * x / 4, height * y / 4).0)
}

#[track_caller]
fn assert_close(seen: [[u8; 3]; 4], wanted: [[u8; 3]; 4]) {
    let far = seen.concat().iter().zip(wanted.concat()).any(|(a, b)| a.abs_diff(b) > 12);
    assert!(!far, "{seen:?} instead of {wanted:?}");
}

/// A4
#[test]
fn an_avatar_is_the_middle_square_of_any_accepted_format() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let avatar = picture::avatar(&encoded(&quarters(720, 540), format)).unwrap();
        assert_eq!((avatar.width, avatar.height), (512, 512));
        assert_close(seen(&avatar), [RED, GREEN, BLUE, WHITE]);
        assert_eq!(MediaKind::sniff(&avatar.bytes), Some(avatar.kind));
    }
    let small = picture::avatar(&encoded(&quarters(100, 60), ImageFormat::Png)).unwrap();
    assert_eq!((small.width, small.height), (60, 60));
}

/// A4
#[test]
fn a_banner_keeps_its_ratio_and_may_be_long() {
    let banner = picture::banner(&encoded(&quarters(8192, 128), ImageFormat::Png)).unwrap();
    assert_eq!((banner.width, banner.height), (2048, 32));
    assert_close(seen(&banner), [RED, GREEN, BLUE, WHITE]);
    let small = picture::banner(&encoded(&quarters(300, 100), ImageFormat::Jpeg)).unwrap();
    assert_eq!((small.width, small.height), (300, 100));
}

/// A4: all eight orientations of EXIF end up the same way round.
#[test]
fn the_orientation_is_applied() {
    let upright = quarters(640, 320);
    for orientation in 1..=8 {
        let turned = match orientation {
            2 => upright.fliph(),
            3 => upright.rotate180(),
            4 => upright.flipv(),
            5 => upright.rotate270().flipv(),
            6 => upright.rotate270(),
            7 => upright.rotate90().flipv(),
            8 => upright.rotate90(),
            _ => upright.clone(),
        };
        let sent = jpeg_with_exif(&encoded(&turned, ImageFormat::Jpeg), orientation);
        let banner = picture::banner(&sent).unwrap();
        assert_eq!((banner.width, banner.height), (640, 320), "{orientation}");
        assert_close(seen(&banner), [RED, GREEN, BLUE, WHITE]);
        assert_close(seen(&picture::avatar(&sent).unwrap()), [RED, GREEN, BLUE, WHITE]);
        assert_eq!(picture::dimensions(&sent), Ok((640, 320)), "{orientation}");
    }
}

/// A4
#[test]
fn nothing_of_the_sent_file_survives_but_its_pixels() {
    let jpeg = encoded(&quarters(64, 64), ImageFormat::Jpeg);
    let png = encoded(&quarters(64, 64), ImageFormat::Png);
    for sent in [
        [jpeg_with_exif(&jpeg, 6), b"<script>alert(1)</script>".to_vec()].concat(),
        [png_with(&png, b"tEXt", b"Comment\0GPS-CANARY"), b"PK\x03\x04 GPS-CANARY <script>".to_vec()]
            .concat(),
        png_with(&png, b"eXIf", &sample::exif(1)),
    ] {
        for made in [picture::avatar(&sent), picture::banner(&sent), picture::thumbnail(&sent)] {
            let bytes = made.unwrap().bytes;
            for trace in ["CANARY", "Exif", "eXIf", "<script", "PK\x03\x04"] {
                assert!(!bytes.windows(trace.len()).any(|window| window == trace.as_bytes()), "{trace}");
            }
        }
    }
}

#[test]
fn a_photograph_becomes_a_jpeg_and_a_drawing_stays_exact() {
    let photograph = DynamicImage::from(image::RgbImage::from_fn(600, 600, |x, y| {
        let grain = (x * 7919 + y * 104_729 + x * y * 31) % 23;
        image::Rgb([(x / 3) as u8 + grain as u8, (y / 3) as u8, ((x + y) / 6) as u8 + grain as u8])
    }));
    assert_eq!(picture::avatar(&encoded(&photograph, ImageFormat::Png)).unwrap().kind, MediaKind::Jpeg);
    let drawing = picture::avatar(&encoded(&quarters(512, 512), ImageFormat::Png)).unwrap();
    assert_eq!(drawing.kind, MediaKind::Png);
    assert_eq!(seen(&drawing), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn transparency_is_kept_but_turns_white_in_a_thumbnail() {
    let glass = DynamicImage::from(RgbaImage::from_pixel(800, 800, Rgba([10, 20, 30, 0])));
    let sent = encoded(&glass, ImageFormat::WebP);
    let avatar = picture::avatar(&sent).unwrap();
    assert_eq!(avatar.kind, MediaKind::Png);
    assert_eq!(image::load_from_memory(&avatar.bytes).unwrap().to_rgba8().get_pixel(9, 9).0[3], 0);
    let thumb = picture::thumbnail(&sent).unwrap();
    assert_eq!((thumb.kind, thumb.width), (MediaKind::Jpeg, 640));
    assert_close(seen(&thumb), [[255; 3]; 4]);
}

/// A wide colour space is carried over to sRGB: full green of Display P3 is outside of it and clips.
#[test]
fn colours_are_carried_over_to_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let grey_green = DynamicImage::from(image::RgbImage::from_pixel(64, 64, image::Rgb([120, 200, 120])));
    let jpeg = encoded(&grey_green, ImageFormat::Jpeg);
    let sent = sample::jpeg_with(&jpeg, 0xe2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat());
    let [red, green, blue] = seen(&picture::avatar(&sent).unwrap())[0];
    assert!(red < 105 && green.abs_diff(202) < 5 && blue < 120, "{red} {green} {blue}");
    let nonsense = sample::jpeg_with(&jpeg, 0xe2, b"ICC_PROFILE\0\x01\x01nonsense");
    assert_close(seen(&picture::avatar(&nonsense).unwrap()), [[120, 200, 120]; 4]);
}

/// M6, T25
#[test]
fn a_picture_that_is_too_large_is_refused_by_its_header() {
    let bombs = [png_bomb(22_000, 22_000, 1, 0), png_bomb(4097, 8, 8, 6), png_bomb(4096, 3000, 16, 6)];
    for bomb in &bombs {
        let started = busy();
        assert_eq!(picture::avatar(bomb), Err(PictureError::TooManyPixels { side: 4096 }));
        assert!(busy() - started < Duration::from_millis(20), "{:?}", busy() - started);
    }
    assert_eq!(picture::banner(&png_bomb(8192, 4096, 8, 6)), Err(PictureError::TooManyPixels { side: 8192 }));
    assert_eq!(picture::dimensions(&bombs[0]), Ok((22_000, 22_000)));
    assert!(picture::avatar(&png_bomb(4096, 64, 8, 6)).is_ok(), "the largest side that is promised");
}

/// M6
#[test]
fn a_colour_profile_that_unpacks_to_megabytes_is_not_unpacked() {
    let png = encoded(&quarters(8, 8), ImageFormat::Png);
    let bomb = png_with(&png, b"iCCP", &[b"x\0\0".as_slice(), &zlib_zeros(96 << 20)].concat());
    let started = busy();
    let result = picture::avatar(&bomb);
    assert!(busy() - started < Duration::from_millis(60), "{:?}", busy() - started);
    assert!(result.is_ok() || result == Err(PictureError::TooManyPixels { side: 4096 }), "{result:?}");
}

/// T10
#[test]
fn what_is_no_picture_is_refused() {
    let video = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2moov";
    for sent in
        [b"".as_slice(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html>", b"%PDF-1.7", video]
    {
        assert_eq!(picture::avatar(sent), Err(PictureError::NotAPicture));
        assert_eq!(picture::dimensions(sent), Err(PictureError::NotAPicture));
    }
    let jpeg = encoded(&quarters(64, 64), ImageFormat::Jpeg);
    let png = encoded(&quarters(64, 64), ImageFormat::Png);
    for damaged in
        [&jpeg[..20], &png[..40], b"GIF89a<script>alert(1)</script>", b"RIFF\x10\0\0\0WEBPVP8X<html>"]
    {
        assert!(picture::avatar(damaged).is_err(), "{:?}", String::from_utf8_lossy(damaged));
    }
}

proptest::proptest! {
    /// T25: damage is answered, never a panic.
    #[test]
    fn a_damaged_picture_is_an_error_or_a_picture(
        format in 0..4_usize,
        places in proptest::collection::vec((0..4000_usize, proptest::prelude::any::<u8>()), 1..12),
        end in 1..4000_usize,
    ) {
        let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
        let mut bytes = encoded(&quarters(40, 24), formats[format]);
        let length = bytes.len();
        for (place, value) in places {
            bytes[place % length] = value;
        }
        let damaged = &bytes[..end.min(length)];
        let _ = picture::avatar(damaged);
        let _ = picture::dimensions(damaged);
    }
}

/// What a stored picture says about its size is found without reading all of it.
#[test]
fn the_dimensions_are_found_in_the_first_bytes() {
    let noise = DynamicImage::from(image::RgbImage::from_fn(500, 400, |x, y| {
        image::Rgb([(x * 7919 + y * 104_729) as u8, (x * y * 31) as u8, (x * 17 + y * y * 3) as u8])
    }));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = encoded(&noise, format);
        assert!(whole.len() > 40_000, "{format:?} {}", whole.len());
        assert_eq!(picture::dimensions(&whole[..20_000]), Ok((500, 400)), "{format:?}");
    }
    let mut webp = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
    image::ImageEncoder::set_icc_profile(&mut encoder, vec![1; 500]).unwrap();
    image::ImageEncoder::write_image(encoder, noise.as_bytes(), 500, 400, noise.color().into()).unwrap();
    assert_eq!(&webp[12..16], b"VP8X");
    assert_eq!(picture::dimensions(&webp[..20_000]), Ok((500, 400)));
}
