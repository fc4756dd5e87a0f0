//! The demo's pictures, drawn by us and kept where every upload is kept.

use bytes::Bytes;
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::Blobs;
use nameplate_media::demo_art;

use super::cast::Cast;

pub(super) async fn store(blobs: &Blobs, cast: &Cast) -> anyhow::Result<()> {
    for (at, person) in cast.people.iter().enumerate() {
        let (owner, name) = (person.user, FileName::parse(&person.avatar)?);
        put(blobs, BlobKey::Avatar { owner, name }, move || demo_art::avatar(at)).await?;
        let name = FileName::parse(&person.background)?;
        put(blobs, BlobKey::Banner { owner, name }, move || demo_art::background(at)).await?;
        for (number, photo) in person.photos.iter().enumerate() {
            put(blobs, upload(owner, photo)?, move || demo_art::background(at + number + 1)).await?;
        }
    }
    Ok(())
}

fn upload(owner: UserId, name: &str) -> anyhow::Result<BlobKey> {
    Ok(BlobKey::Upload { owner, name: FileName::parse(name)? })
}

/// Draws off the async threads.
async fn put(
    blobs: &Blobs,
    key: BlobKey,
    draw: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> anyhow::Result<()> {
    let picture = tokio::task::spawn_blocking(draw).await?;
    blobs.put(&key, Bytes::from(picture)).await?;
    Ok(())
}
