//! One contract, run on every kind of store.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blob_store::{BlobSettings, BlobSetupError, S3Settings};
use nameplate_media::blobs::{ANSWER_TIMEOUT, BlobBody, BlobError, Blobs, PutStreamError};
use nameplate_testkit::s3::S3Server;
use sha2::{Digest, Sha256};

fn open(url: &str) -> Blobs {
    Blobs::open(&BlobSettings { url: url.into(), ..BlobSettings::default() }).unwrap()
}

fn in_bucket(server: &S3Server, prefix: &str) -> Blobs {
    let s3 = S3Settings {
        endpoint: Some(server.endpoint()),
        region: Some(S3Server::REGION.into()),
        is_path_style: true,
        access_key_id: Some(S3Server::ACCESS_KEY_ID.into()),
        secret_access_key: Some(S3Server::SECRET_ACCESS_KEY.into()),
    };
    Blobs::open(&BlobSettings { url: format!("s3://{}/{prefix}", S3Server::BUCKET), s3 }).unwrap()
}

fn key(number: u32) -> BlobKey {
    let name = FileName::parse(&format!("{number:032x}.mp4")).unwrap();
    BlobKey::Upload { owner: UserId::parse("123456789012345678").unwrap(), name }
}

/// Some megabytes without a pattern that a mixed-up part could hide in.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(byte).take(length).collect()
}

fn in_chunks(bytes: &[u8], size: usize) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let chunks: Vec<_> = bytes.chunks(size).map(Bytes::copy_from_slice).map(Ok).collect();
    stream::iter(chunks)
}

async fn all(body: BlobBody) -> Vec<u8> {
    body.chunks.try_collect::<Vec<_>>().await.unwrap().concat()
}

/// A2
async fn a_blob_comes_back_as_it_went_in(blobs: Blobs) {
    for (number, length) in [0_usize, 1, 70_000, 1 << 20, 2_500_001].into_iter().enumerate() {
        let (key, bytes) = (key(number as u32), noise(length));
        let stored = blobs.put_stream(&key, in_chunks(&bytes, 16_384), 6_000_000).await.unwrap();
        assert_eq!(stored.size, length as u64);
        assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert!(blobs.get(&key, 6_000_000).await.unwrap() == bytes, "{length}");
        assert!(all(blobs.read(&key, None).await.unwrap()).await == bytes, "{length}");
        assert_eq!(blobs.put(&key, bytes.clone().into()).await.unwrap(), stored);
        assert_eq!(blobs.head(&key).await.unwrap().size, length as u64);
    }
}

/// A6
async fn any_range_of_a_blob_can_be_read(blobs: Blobs) {
    let bytes = noise(300_000);
    blobs.put(&key(1), bytes.clone().into()).await.unwrap();
    for range in [0..1, 0..300_000, 1..131_073, 299_999..300_000, 131_072..262_144] {
        let body = blobs.read(&key(1), Some(range.clone())).await.unwrap();
        assert_eq!((body.range.clone(), body.info.size), (range.clone(), 300_000));
        assert!(all(body).await == bytes[range.start as usize..range.end as usize], "{range:?}");
    }
    assert!(blobs.read(&key(1), Some(300_000..300_001)).await.is_err());
}

/// A6
async fn the_entity_tag_is_strong_and_changes_with_the_content(blobs: Blobs) {
    blobs.put(&key(1), Bytes::from_static(b"one")).await.unwrap();
    let first = blobs.head(&key(1)).await.unwrap();
    assert_eq!(first, blobs.head(&key(1)).await.unwrap());
    assert_eq!(first, blobs.read(&key(1), Some(1..2)).await.unwrap().info);
    assert!(
        first.etag.starts_with('"') && first.etag.ends_with('"') && first.etag.len() > 2,
        "{}",
        first.etag
    );
    assert!(first.modified.as_millis() > 1_700_000_000_000, "{first:?}");
    blobs.put(&key(1), Bytes::from_static(b"three")).await.unwrap();
    assert_ne!(first.etag, blobs.head(&key(1)).await.unwrap().etag);
}

/// A3
async fn a_stream_that_breaks_off_leaves_nothing(blobs: Blobs) {
    for length in [10, 3_000_000] {
        let broken = in_chunks(&noise(length), 65_536)
            .map(|chunk| Ok(chunk.unwrap()))
            .chain(stream::iter([Err("gone")]));
        let error = blobs.put_stream(&key(1), broken, u64::MAX).await.unwrap_err();
        assert!(matches!(error, PutStreamError::Source("gone")), "{error:?}");
        assert!(matches!(blobs.head(&key(1)).await, Err(BlobError::NotFound)));
    }
}

/// A2
async fn a_stream_over_its_limit_is_refused_and_the_older_blob_stays(blobs: Blobs) {
    blobs.put(&key(1), Bytes::from_static(b"older")).await.unwrap();
    let bytes = noise(3_000_000);
    let error = blobs.put_stream(&key(1), in_chunks(&bytes, 65_536), 2_999_999).await.unwrap_err();
    assert!(matches!(error, PutStreamError::Blob(BlobError::TooLarge { limit: 2_999_999 })), "{error:?}");
    assert_eq!(blobs.get(&key(1), 5).await.unwrap(), "older");
    assert!(matches!(blobs.get(&key(1), 4).await, Err(BlobError::TooLarge { limit: 4 })));
}

async fn deleting_twice_is_deleting_once(blobs: Blobs) {
    for number in 0..3 {
        blobs.put(&key(number), Bytes::from_static(b"x")).await.unwrap();
    }
    blobs.delete(&key(0)).await.unwrap();
    blobs.delete(&key(0)).await.unwrap();
    blobs.delete_many((0..3).map(key)).await.unwrap();
    for number in 0..3 {
        assert!(matches!(blobs.read(&key(number), None).await, Err(BlobError::NotFound)));
    }
    blobs.check().await.unwrap();
}

/// A2, A3: past the size of a part, a bucket takes an upload in parts.
async fn an_upload_of_many_parts_is_whole_or_leaves_nothing(server: &S3Server) {
    let blobs = in_bucket(server, "parts");
    let bytes = noise(20_000_001);
    let stored = blobs.put_stream(&key(1), in_chunks(&bytes, 1 << 20), u64::MAX).await.unwrap();
    assert_eq!((stored.size, stored.sha256), (20_000_001, Sha256::digest(&bytes).into()));
    let across = blobs.read(&key(1), Some(8_388_600..16_777_300)).await.unwrap();
    assert!(all(across).await == bytes[8_388_600..16_777_300]);

    let broken = in_chunks(&bytes, 1 << 20)
        .map(|chunk| Ok(chunk.unwrap()))
        .chain(stream::once(async { Err(server.unfinished_uploads()) }));
    let error = blobs.put_stream(&key(2), broken, u64::MAX).await.unwrap_err();
    assert!(matches!(error, PutStreamError::Source(1)), "the parts were on their way: {error:?}");
    assert!(matches!(blobs.head(&key(2)).await, Err(BlobError::NotFound)));
    assert_eq!(server.unfinished_uploads(), 0);
    assert_eq!(server.names("parts/123456789012345678"), [key(1).name().as_str()]);
}

/// W5
#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_or_hangs_is_an_error_and_in_time() {
    let server = S3Server::start();
    let mut settings = BlobSettings { url: format!("s3://{}", S3Server::BUCKET), ..BlobSettings::default() };
    settings.s3.endpoint = Some(server.endpoint());
    settings.s3.is_path_style = true;
    settings.s3.access_key_id = Some(S3Server::ACCESS_KEY_ID.into());
    settings.s3.secret_access_key = Some("canary-secret".into());
    let refused = Blobs::open(&settings).unwrap().put(&key(1), Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(refused, BlobError::Failed(_)));
    assert!(!format!("{refused:?}").contains("canary-secret"), "{refused:?}");

    let blobs = in_bucket(&server, "");
    blobs.check().await.unwrap();
    let key = key(1);
    blobs.put(&key, Bytes::from_static(b"x")).await.unwrap();
    server.hang();
    let begin = std::time::Instant::now();
    let (check, head, read) = tokio::join!(blobs.check(), blobs.head(&key), blobs.read(&key, None));
    assert!(check.is_err() && head.is_err() && read.is_err());
    assert!(begin.elapsed() < ANSWER_TIMEOUT + Duration::from_secs(2), "{:?}", begin.elapsed());
    server.go_on();
    blobs.check().await.unwrap();
}

macro_rules! contract {
    ($($case:ident),* $(,)?) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::open("memory:")).await;
            })*
        }

        mod on_disk {
            $(#[tokio::test]
            async fn $case() {
                let folder = tempfile::tempdir().unwrap();
                super::$case(super::open(&format!("file://{}/made/on/demand", folder.path().display()))).await;
                assert_eq!(super::leftovers(folder.path()), Vec::<String>::new());
            })*
        }

        mod in_a_bucket {
            /// One service for all of it; each case has a prefix of its own.
            #[tokio::test(flavor = "multi_thread")]
            async fn every_case() {
                let server = nameplate_testkit::s3::S3Server::start();
                $(super::$case(super::in_bucket(&server, stringify!($case))).await;)*
                super::an_upload_of_many_parts_is_whole_or_leaves_nothing(&server).await;
                assert_eq!(server.unfinished_uploads(), 0);
            }
        }
    };
}

contract!(
    a_blob_comes_back_as_it_went_in,
    any_range_of_a_blob_can_be_read,
    the_entity_tag_is_strong_and_changes_with_the_content,
    a_stream_that_breaks_off_leaves_nothing,
    a_stream_over_its_limit_is_refused_and_the_older_blob_stays,
    deleting_twice_is_deleting_once,
);

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.file_name().into_string().unwrap());
        }
    }
    found
}

fn leftovers(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|name| name.contains('#')).collect()
}

/// R01
#[tokio::test]
async fn what_a_crash_left_of_an_upload_is_swept_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open(folder.path().to_str().unwrap());
    blobs.put(&key(1), Bytes::from_static(b"whole")).await.unwrap();
    let owner = folder.path().join("123456789012345678");
    std::fs::write(owner.join(format!("{:032x}.mp4#1", 2)), b"half").unwrap();
    std::fs::write(owner.join("notes#1"), b"not ours").unwrap();
    assert_eq!(blobs.sweep().await.unwrap(), 1);
    assert_eq!(files(folder.path()).len(), 2);
    assert_eq!(blobs.get(&key(1), 10).await.unwrap(), "whole");
    assert_eq!(blobs.sweep().await.unwrap(), 0);
}

/// A3: the caller's connection broke and its future was dropped.
#[tokio::test]
async fn an_upload_that_is_dropped_leaves_nothing_visible() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open(folder.path().to_str().unwrap());
    let endless = in_chunks(&noise(3_000_000), 65_536).chain(stream::pending());
    let key = key(1);
    let mut upload = Box::pin(blobs.put_stream(&key, endless, u64::MAX));
    while files(folder.path()).is_empty() {
        assert!(futures_util::poll!(&mut upload).is_pending());
        tokio::task::yield_now().await;
    }
    drop(upload);
    assert!(matches!(blobs.head(&key).await, Err(BlobError::NotFound)));
    blobs.sweep().await.unwrap();
    assert_eq!(leftovers(folder.path()), Vec::<String>::new());
}

/// W5
#[test]
fn a_store_that_cannot_be_opened_says_which_setting_is_wrong() {
    let refuse = |url: &str| {
        let settings = BlobSettings { url: url.into(), ..BlobSettings::default() };
        Blobs::open(&settings).unwrap_err()
    };
    for url in ["", "https://example.org/x", "file://host/x", "s3:"] {
        assert!(matches!(refuse(url), BlobSetupError::Url), "{url}");
    }
    assert!(matches!(refuse("s3://bucket/prefix"), BlobSetupError::Credentials));
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = refuse(&format!("{}/below", file.path().display()));
    assert!(error.to_string().starts_with("blob_url: the folder "), "{error}");
}

/// W5: opening asks the bucket nothing, and neither output nor errors show the secret.
#[test]
fn a_bucket_is_opened_by_settings_alone() {
    let mut settings = BlobSettings { url: "s3://bucket/some/prefix".into(), ..BlobSettings::default() };
    settings.s3.endpoint = Some("http://127.0.0.1:9".into());
    settings.s3.is_path_style = true;
    settings.s3.access_key_id = Some("id".into());
    settings.s3.secret_access_key = Some("canary-secret".into());
    let blobs = Blobs::open(&settings).unwrap();
    assert!(!format!("{settings:?} {blobs:?}").contains("canary-secret"));
}
