//! Uploads taken in: what is kept of a file, what is not, and what is refused.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use image::{ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader};
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blob_store::BlobSettings;
use nameplate_media::blobs::{BlobError, Blobs};
use nameplate_media::kind::MediaKind;
use nameplate_media::picture;
use nameplate_media::receive::{Incoming, ReceiveError};

use crate::sample::{encoded, exif, jpeg_with, jpeg_with_exif, png_with, quarters};

fn memory() -> Blobs {
    Blobs::open(&BlobSettings { url: "memory:".into(), ..BlobSettings::default() }).unwrap()
}

fn key() -> BlobKey {
    let name = FileName::parse("a1b2c3d4e5f6789012345678abcdef01.png").unwrap();
    BlobKey::Upload { owner: UserId::parse("123456789012345678").unwrap(), name }
}

/// What is stored of `sent`, which arrives in pieces of `size` bytes.
async fn stored(name: &str, sent: &[u8], size: usize) -> Result<Vec<u8>, ReceiveError<Infallible>> {
    let blobs = memory();
    let chunks: Vec<Result<_, Infallible>> =
        sent.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    let incoming = Incoming::judge(name, stream::iter(chunks)).await?;
    let received = incoming.store(&blobs, &key(), 1 << 30).await;
    match received {
        Ok(stored) => {
            let bytes = blobs.get(&key(), 1 << 30).await.unwrap();
            assert_eq!(stored.size, bytes.len() as u64);
            Ok(bytes.into())
        }
        Err(error) => {
            assert!(matches!(blobs.head(&key()).await, Err(BlobError::NotFound)));
            Err(error)
        }
    }
}

#[track_caller]
fn assert_clean(bytes: &[u8]) {
    for trace in ["CANARY", "GPS", "http://ns.adobe.com", "<script", "Photoshop", "ftyp"] {
        assert!(!bytes.windows(trace.len()).any(|window| window == trace.as_bytes()), "{trace}");
    }
}

fn pixels(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// A4: in pieces of any size.
#[tokio::test]
async fn a_jpeg_keeps_its_pixels_its_colours_and_its_orientation_only() {
    let plain = encoded(&quarters(160, 120), ImageFormat::Jpeg);
    let profile = [b"ICC_PROFILE\0\x01\x01".as_slice(), &[7; 300]].concat();
    let mut sent = plain.clone();
    for (marker, body) in [
        (0xe1, [b"Exif\0\0".as_slice(), &exif(6)].concat()),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS-CANARY</x:xmpmeta>".to_vec()),
        (0xed, b"Photoshop 3.0\08BIM CANARY city".to_vec()),
        (0xfe, b"CANARY comment".to_vec()),
        (0xe2, b"MPF\0CANARY".to_vec()),
        (0xe5, b"CANARY".to_vec()),
        (0xe2, profile.clone()),
    ] {
        sent = jpeg_with(&sent, marker, &body);
    }
    sent.extend_from_slice(b"\0\0\0\x18ftypmp42 GPS-CANARY <script>");
    for size in [1, 7, 4096, sent.len()] {
        let kept = stored("photo.JPG", &sent, size).await.unwrap();
        assert_clean(&kept);
        assert_eq!(pixels(&kept), pixels(&plain));
        assert_eq!(picture::dimensions(&kept), Ok((120, 160)), "turned by a quarter");
        let mut decoder =
            ImageReader::with_format(std::io::Cursor::new(&kept), ImageFormat::Jpeg).into_decoder().unwrap();
        assert_eq!(decoder.icc_profile().unwrap().unwrap(), [7; 300]);
    }
    assert!(stored("photo.jpg", &plain, 100).await.unwrap() == plain, "nothing to take out");
}

/// A4
#[tokio::test]
async fn a_png_keeps_what_is_needed_to_show_it() {
    let plain = encoded(&quarters(64, 64), ImageFormat::Png);
    let mut sent = png_with(&plain, b"gAMA", &45_455_u32.to_be_bytes());
    for (kind, body) in [
        (b"eXIf", exif(3)),
        (b"tEXt", b"Comment\0CANARY".to_vec()),
        (b"zTXt", b"Raw profile type exif\0\0CANARY".to_vec()),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0http://ns.adobe.com/ GPS-CANARY".to_vec()),
        (b"tIME", vec![0; 7]),
        (b"prVt", b"CANARY".to_vec()),
    ] {
        sent = png_with(&sent, kind, &body);
    }
    sent.extend_from_slice(b"PK\x03\x04 CANARY <script>");
    for size in [1, 1000] {
        let kept = stored("picture.png", &sent, size).await.unwrap();
        assert_clean(&kept);
        assert_eq!(pixels(&kept), pixels(&plain));
        assert!(kept.windows(4).any(|window| window == b"gAMA"));
        let mut decoder =
            ImageReader::with_format(std::io::Cursor::new(&kept), ImageFormat::Png).into_decoder().unwrap();
        assert_eq!(decoder.orientation().unwrap(), image::metadata::Orientation::Rotate180);
    }
    assert!(stored("picture.png", &plain, 64).await.unwrap() == plain);
}

/// A4
#[tokio::test]
async fn a_webp_keeps_its_size_but_not_its_metadata() {
    let picture = quarters(64, 48).to_rgba8();
    let mut sent = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut sent);
    encoder.set_exif_metadata(exif(6)).unwrap();
    encoder.write_image(&picture, 64, 48, ColorType::Rgba8.into()).unwrap();
    let xmp = b"http://ns.adobe.com/ GPS-CANARY ";
    sent.extend_from_slice(b"XMP \x20\0\0\0");
    sent.extend_from_slice(xmp);
    let riff_bytes = sent.len() as u32 - 8;
    sent[4..8].copy_from_slice(&riff_bytes.to_le_bytes());
    sent[20] |= 0x04;
    let framed = sent.len();
    sent.extend_from_slice(b"CANARY <script>");
    for size in [1, 1000] {
        let kept = stored("picture.webp", &sent, size).await.unwrap();
        assert_clean(&kept);
        assert_eq!(kept.len(), framed);
        assert_eq!(pixels(&kept).to_rgba8(), picture);
        assert_eq!((kept[20] & 0x04, picture::dimensions(&kept)), (0, Ok((48, 64))));
    }
}

/// A4, T10
#[tokio::test]
async fn a_gif_keeps_its_animation_but_no_comments() {
    let mut plain = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut plain);
        encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
        for side in [8, 16] {
            encoder
                .encode_frame(image::Frame::new(
                    quarters(side, side).resize_exact(32, 32, image::imageops::Nearest).to_rgba8(),
                ))
                .unwrap();
        }
    }
    let table_end = 13 + if plain[10] & 0x80 == 0 { 0 } else { 3 << ((plain[10] & 7) + 1) };
    let comment = b"\x21\xfe\x16GPS-CANARY <script>xxx\0";
    let xmp = [b"\x21\xff\x0bXMP DataXMP".as_slice(), b"\x06CANARY\0"].concat();
    let sent = [&plain[..table_end], comment, &xmp, &plain[table_end..], b"<script>CANARY"].concat();
    for size in [1, 1000] {
        assert!(stored("moving.gif", &sent, size).await.unwrap() == plain);
    }
    let endless = &plain[..plain.len() - 1];
    assert!(stored("moving.gif", endless, 1000).await.unwrap() == plain, "the missing trailer is added");
    assert!(matches!(
        stored("a.gif", b"GIF89a<script>alert(1)</script>", 9).await,
        Err(ReceiveError::Damaged)
    ));
}

/// A4, T10
#[tokio::test]
async fn a_file_that_is_not_what_its_name_says_is_refused() {
    let png = encoded(&quarters(8, 8), ImageFormat::Png);
    let page = b"<!doctype html><script>alert(1)</script>".as_slice();
    for (name, sent) in [
        ("a.png", page),
        ("a.html", page),
        ("a", page),
        ("a.jpg", &png),
        ("a.svg", b"<svg/>"),
        ("a.png", b""),
    ] {
        let refused = stored(name, sent, 16).await;
        assert!(matches!(refused, Err(ReceiveError::Unsupported(_))), "{name} {refused:?}");
    }
    let polyglot =
        [encoded(&quarters(8, 8), ImageFormat::Gif), b"<script>alert(1)</script>".to_vec()].concat();
    assert_clean(&stored("a.gif", &polyglot, 64).await.unwrap());
}

/// A4
#[tokio::test]
async fn a_truncated_picture_is_damaged_and_leaves_nothing() {
    let png = encoded(&quarters(64, 64), ImageFormat::Png);
    let jpeg = jpeg_with_exif(&encoded(&quarters(64, 64), ImageFormat::Jpeg), 6);
    let webp = encoded(&quarters(64, 64), ImageFormat::WebP);
    for (name, sent) in
        [("a.png", &png[..png.len() - 1]), ("a.jpg", &jpeg[..60]), ("a.webp", &webp[..webp.len() - 1])]
    {
        assert!(matches!(stored(name, sent, 50).await, Err(ReceiveError::Damaged)), "{name}");
    }
    let unended = &jpeg[..jpeg.len() - 2];
    assert_eq!(
        pixels(&stored("a.jpg", unended, 50).await.unwrap()),
        pixels(&jpeg),
        "the missing end is added"
    );
}

/// A2
#[tokio::test]
async fn a_video_passes_as_it_is() {
    let mut video = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2".to_vec();
    video.extend((0..3_000_000_u32).map(|at| (at % 251) as u8));
    assert!(stored("clip.mp4", &video, 65_536).await.unwrap() == video);
}

/// A2, A3
#[tokio::test]
async fn the_limit_counts_what_arrives_and_a_broken_stream_says_why() {
    let blobs = memory();
    let jpeg = encoded(&quarters(8, 8), ImageFormat::Jpeg);
    let comment = Bytes::from(jpeg_with(&jpeg, 0xfe, &[b'x'; 60_000])[2..60_006].to_vec());
    let start = Bytes::from_static(b"\xff\xd8");
    let endless = stream::iter([start]).chain(stream::repeat(comment)).map(Ok::<_, Infallible>);
    let incoming = Incoming::judge("a.jpg", endless).await.unwrap();
    assert_eq!(incoming.kind, MediaKind::Jpeg);
    let refused = incoming.store(&blobs, &key(), 1_000_000).await;
    assert!(matches!(refused, Err(ReceiveError::TooLarge { limit: 1_000_000 })), "{refused:?}");

    let broken = stream::iter([Ok(Bytes::copy_from_slice(&jpeg[..100])), Err("gone")]);
    let early = Incoming::judge("a.jpg", broken).await.err();
    assert!(matches!(early, Some(ReceiveError::Source("gone"))), "while judging");

    let head = Bytes::from_static(b"\0\0\0\x10ftypisom\0\0\0\0");
    let broken =
        stream::iter([Ok(head), Ok(Bytes::from(vec![0; 5000])), Ok(Bytes::from(vec![0; 5000])), Err("gone")]);
    let late = Incoming::judge("a.mp4", broken).await.unwrap().store(&blobs, &key(), 1 << 30).await;
    assert!(matches!(late, Err(ReceiveError::Source("gone"))), "while storing");
    assert!(matches!(blobs.head(&key()).await, Err(BlobError::NotFound)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    /// A4: damage is answered; what is stored holds nothing that was to go, however it is cut.
    #[test]
    fn a_damaged_upload_is_refused_or_cleaned(
        format in 0..4_usize,
        places in proptest::collection::vec((16..4000_usize, proptest::prelude::any::<u8>()), 0..6),
        size in 1..600_usize,
    ) {
        let (name, format) = [("a.png", ImageFormat::Png), ("a.jpg", ImageFormat::Jpeg), ("a.webp", ImageFormat::WebP), ("a.gif", ImageFormat::Gif)][format];
        let mut sent = encoded(&quarters(40, 24), format);
        let length = sent.len();
        for (place, value) in places {
            sent[place % length] = value;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        if let Ok(kept) = runtime.block_on(stored(name, &sent, size)) {
            proptest::prop_assert!(kept.len() <= sent.len() + 2);
            let again = runtime.block_on(stored(name, &kept, 64)).unwrap();
            proptest::prop_assert!(again == kept, "cleaning twice is cleaning once");
        }
    }
}
