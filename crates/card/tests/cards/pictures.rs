//! Uploaded pictures: what is refused, how quickly, and what becomes of the rest (threats M6 and T25).

use std::{io::Cursor, sync::Arc};

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use nameplate_card::{Avatar, Background, CardContent, Layer, PictureError, Renderer, Rgb};

use crate::{Seen, noise, plain};

/// A PNG of RGB pixels.
pub(crate) fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let image = RgbImage::from_raw(width, height, pixels.to_vec()).expect("as many bytes as pixels");
    encode(DynamicImage::ImageRgb8(image), ImageFormat::Png)
}

fn encode(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an encoder for the format");
    bytes.into_inner()
}

/// A picture whose quarters are red, green, blue and white, read from the top left.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let pick = |x: u32, y: u32| match (x < width / 2, y < height / 2) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [255, 255, 255],
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| image::Rgb(pick(x, y))))
}

/// The corners of the avatar as a square card shows them.
fn shown(bytes: &[u8]) -> [[u8; 3]; 4] {
    let content = CardContent {
        avatar: Some(Arc::new(Avatar::prepare(bytes).unwrap())),
        avatar_shape: nameplate_card::AvatarShape::Square,
        ..plain()
    };
    let seen = Seen::new(&Renderer::new().render(&content).unwrap());
    [(130, 210), (280, 210), (130, 370), (280, 370)].map(|(x, y)| seen.at(x, y))
}

fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 24)
}

#[test]
fn a_file_that_claims_gigabytes_is_refused_by_its_header() {
    // The first bytes of a 22000 x 22000 PNG; decoding never gets as far as missing the rest.
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bomb.extend([0, 0, 0x55, 0xf0, 0, 0, 0x55, 0xf0, 1, 0, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..]);
    bomb.extend(crc.sum().to_be_bytes());
    bomb.extend([0, 0, 0x10, 0]);
    bomb.extend(b"IDAT");
    bomb.extend([0; 4096]);
    assert!(matches!(Avatar::prepare(&bomb), Err(PictureError::TooLarge)));
    assert!(matches!(Layer::prepare(&bomb), Err(PictureError::TooLarge)));
    let gif = [
        b"GIF89a".as_slice(),
        &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0],
    ]
    .concat();
    assert!(matches!(Avatar::prepare(&gif), Err(PictureError::TooLarge)));
}

#[test]
fn a_side_may_be_4096_pixels_and_no_more() {
    assert!(Avatar::prepare(&png(4096, 1, &[9; 4096 * 3])).is_ok());
    assert!(matches!(Avatar::prepare(&png(4097, 1, &[9; 4097 * 3])), Err(PictureError::TooLarge)));
    let heavy = encode(DynamicImage::new_rgba8(4096, 2049), ImageFormat::Png);
    assert!(matches!(Avatar::prepare(&heavy), Err(PictureError::TooLarge)));
}

#[test]
fn what_is_not_a_picture_is_refused() {
    for bytes in [b"".as_slice(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"hello", &noise(5_000)] {
        assert!(matches!(Avatar::prepare(bytes), Err(PictureError::Format)));
    }
    let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0";
    assert!(matches!(Avatar::prepare(bmp), Err(PictureError::Format)));
    let whole = png(50, 50, &noise(7_500));
    let cut = whole.get(..whole.len() / 2).unwrap();
    assert!(matches!(Avatar::prepare(cut), Err(PictureError::Decode(_))));
}

#[test]
fn every_accepted_format_is_read() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let corners = shown(&encode(quarters(200, 200), format));
        let wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
        assert!(
            corners.into_iter().zip(wanted).all(|(one, other)| is_near(one, other)),
            "{format:?}: {corners:?}"
        );
    }
}

#[test]
fn a_photograph_is_turned_upright() {
    let jpeg = encode(quarters(300, 200), ImageFormat::Jpeg);
    // Exif with one entry: orientation 6, to be turned a quarter to the right.
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif.as_slice(), &jpeg[2..]].concat();
    let wanted = [[0, 0, 255], [255, 0, 0], [255, 255, 255], [0, 255, 0]];
    let corners = shown(&turned);
    assert!(corners.into_iter().zip(wanted).all(|(one, other)| is_near(one, other)), "{corners:?}");
}

#[test]
fn transparent_avatars_lie_on_a_plate_of_the_cards_colours() {
    let clear = encode(DynamicImage::ImageRgba8(RgbaImage::new(90, 90)), ImageFormat::Png);
    let corners = shown(&clear);
    assert!(corners.iter().all(|corner| *corner == corners[0] && *corner != [0, 0, 0]));
}

#[test]
fn white_text_reads_on_every_background_picture() {
    let white = Layer::prepare(&png(40, 20, &[255; 2_400])).unwrap();
    let content =
        CardContent { background: Background::Picture(Arc::new(white)), accent: Rgb::hex(0), ..plain() };
    let seen = Seen::new(&Renderer::new().render(&content).unwrap());
    assert!(seen.at(2, 2).iter().all(|channel| *channel <= 104));
    let is_white = |y| (400..1100).any(|x| seen.at(x, y) == [255; 3]);
    assert!((180..400).any(is_white), "the name is white");
}
