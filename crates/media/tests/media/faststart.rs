//! Videos turned round by a program that stands for ffmpeg.

use std::os::unix::fs::PermissionsExt;

use bytes::Bytes;
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blob_store::BlobSettings;
use nameplate_media::blobs::Blobs;
use nameplate_media::faststart::Faststart;
use nameplate_media::kind::MediaKind;

fn atom(kind: &[u8; 4], length: usize) -> Vec<u8> {
    let size = (length as u32 + 8).to_be_bytes();
    [&size[..], kind, &vec![7; length]].concat()
}

fn key() -> BlobKey {
    let name = FileName::parse("a1b2c3d4e5f6789012345678abcdef01.mp4").unwrap();
    BlobKey::Upload { owner: UserId::parse("123456789012345678").unwrap(), name }
}

async fn stored(bytes: &[u8]) -> Blobs {
    let blobs = Blobs::open(&BlobSettings { url: "memory:".into(), ..BlobSettings::default() }).unwrap();
    blobs.put(&key(), Bytes::copy_from_slice(bytes)).await.unwrap();
    blobs
}

/// A program that says what it was asked for, and does `line`.
fn program(folder: &tempfile::TempDir, line: &str) -> Faststart {
    let path = folder.path().join("ffmpeg");
    let script = format!(
        "#!/bin/sh\necho \"$*\" > {}/asked\nfor after; do :; done\n{line}\n",
        folder.path().display()
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    Faststart::new(path)
}

/// A2
#[tokio::test]
async fn a_video_with_its_index_at_the_end_is_turned_round() {
    let folder = tempfile::tempdir().unwrap();
    let faststart = program(&folder, "printf turned > \"$after\"");
    let last = [atom(b"ftyp", 16), atom(b"free", 8), atom(b"mdat", 5000), atom(b"moov", 90)].concat();
    let blobs = stored(&last).await;
    let turned = faststart.turn(&blobs, &key(), MediaKind::Mp4, last.len() as u64).await.unwrap();
    assert_eq!(turned.size, 6);
    assert_eq!(turned.store(&blobs, &key()).await.unwrap().size, 6);
    assert_eq!(blobs.get(&key(), 100).await.unwrap(), "turned");
    let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
    assert!(
        asked.contains("-protocol_whitelist file -f mov -i") && asked.contains("+faststart -f mp4"),
        "{asked}"
    );
}

/// A2
#[tokio::test]
async fn a_video_stays_as_it_came_when_there_is_nothing_to_do_or_it_cannot_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let last = [atom(b"ftyp", 16), atom(b"mdat", 5000), atom(b"moov", 90)].concat();
    let first = [atom(b"ftyp", 16), atom(b"moov", 90), atom(b"mdat", 5000)].concat();
    let faststart = program(&folder, "printf turned > \"$after\"");
    for (bytes, kind) in [
        (&first, MediaKind::Mp4),
        (&last, MediaKind::Mkv),
        (&atom(b"ftyp", 16), MediaKind::Mp4),
        (&[&last[..24], &[0; 40]].concat(), MediaKind::Mov),
    ] {
        let blobs = stored(bytes).await;
        assert!(faststart.turn(&blobs, &key(), kind, bytes.len() as u64).await.is_none());
    }
    assert!(!folder.path().join("asked").exists(), "the program was not asked");
    let blobs = stored(&last).await;
    for line in ["exit 1", "true", ": > \"$after\""] {
        let broken = program(&folder, line);
        assert!(broken.turn(&blobs, &key(), MediaKind::Mov, last.len() as u64).await.is_none(), "{line}");
    }
    let missing = Faststart::new(folder.path().join("nothing"));
    assert!(missing.turn(&blobs, &key(), MediaKind::Mp4, last.len() as u64).await.is_none());
    assert_eq!(blobs.get(&key(), 1 << 20).await.unwrap(), last);
}
