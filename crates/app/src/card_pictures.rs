//! Pictures made ready for cards: decoded and at the card's size, so each of them is megabytes. A few are kept, by
//! address, for the cards that are drawn again or have the same picture; they age out, since another site may put
//! another picture under an address.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use nameplate_card::{Avatar, Layer};

use crate::art::Arts;

/// How many avatars are kept, of about 250 KB each.
const AVATARS: u64 = 64;
/// How many backgrounds are kept, of about 2.3 MB each.
const LAYERS: u64 = 8;
const MAX_AGE: Duration = Duration::from_secs(300);

pub(crate) struct CardPictures {
    art: Arts,
    avatars: Cache<String, Arc<Avatar>>,
    layers: Cache<String, Arc<Layer>>,
}

impl CardPictures {
    pub(crate) fn new(art: Arts) -> Self {
        Self { art, avatars: kept(AVATARS), layers: kept(LAYERS) }
    }

    /// A picture that cannot be had or read leaves its place empty: the card is drawn all the same.
    pub(crate) async fn avatar(&self, url: &str) -> Option<Arc<Avatar>> {
        let make = async {
            let bytes = self.art.bytes(url).await?;
            let avatar = self.art.on_pool(move || Avatar::prepare(&bytes)).await?;
            avatar
                .inspect_err(|error| tracing::warn!(%error, "an avatar cannot be drawn on its card"))
                .ok()
                .map(Arc::new)
        };
        self.avatars.optionally_get_with_by_ref(url, make).await
    }

    /// The same for a background.
    pub(crate) async fn layer(&self, url: &str) -> Option<Arc<Layer>> {
        let make = async {
            let bytes = self.art.bytes(url).await?;
            let layer = self.art.on_pool(move || Layer::prepare(&bytes)).await?;
            layer
                .inspect_err(|error| tracing::warn!(%error, "a picture cannot be drawn on its card"))
                .ok()
                .map(Arc::new)
        };
        self.layers.optionally_get_with_by_ref(url, make).await
    }
}

fn kept<V: Clone + Send + Sync + 'static>(count: u64) -> Cache<String, V> {
    Cache::builder().max_capacity(count).time_to_live(MAX_AGE).build()
}
