//! The contract of `Live`, proved on every implementation, and what only the one over Redis can go through.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

/// Runs every case on every implementation.
macro_rules! suite {
    ($($(#[$doc:meta])* $case:ident)*) => {
        mod in_process {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(&crate::world::in_process().await).await; })*
        }

        mod redis {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(&crate::world::redis().await).await; })*
        }

        // A cluster takes seconds to start, so all cases share one and have names of their own in it.
        $($(#[$doc])*)* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn a_cluster_carries_every_case() {
            let cluster = nameplate_testkit::redis_cluster::RedisCluster::start();
            $($case(&crate::world::on_cluster(&cluster.url(), stringify!($case)).await).await;)*
        }
    };
}

mod cluster;
mod outages;
mod presence;
mod shared;
mod streams;
mod world;
