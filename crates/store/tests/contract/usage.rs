use nameplate_core::plan::Usage;
use nameplate_store::{Conflict, Reservation, Reserved, Store, StoreError, UsageDay};

use crate::fixture::{ADA, Fixture, NOBODY, at, code, file, post, user};

const WEEK: i64 = 7 * 86_400_000;

async fn reserve(store: &Store, bytes: u64, quota: u64, now: i64) -> Reserved {
    store.reserve_usage(&user(ADA), bytes, quota, at(now), at(now + 1_000)).await.unwrap()
}

fn granted(reserved: Reserved) -> Reservation {
    match reserved {
        Reserved::Granted(reservation) => reservation,
        Reserved::Refused(usage) => panic!("refused: {usage:?}"),
    }
}

async fn usage(store: &Store) -> Usage {
    store.find_user(&user(ADA)).await.unwrap().unwrap().usage
}

/// A3
pub(crate) async fn parallel_uploads_never_pass_the_quota(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let mut uploads = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = fixture.store.clone();
        uploads.spawn(async move { reserve(&store, 30, 100, 0).await });
    }
    let results = uploads.join_all().await;
    let granted = results.iter().filter(|reserved| matches!(reserved, Reserved::Granted(_))).count();
    assert_eq!(granted, 3);
    assert!(results.contains(&Reserved::Refused(Usage { used: 90, window_start: None })));
    let nobody = fixture.store.reserve_usage(&user(NOBODY), 1, 1, at(0), at(1)).await;
    assert!(matches!(nobody, Err(StoreError::Conflict(Conflict::NoUser))), "{nobody:?}");
}

/// A3, U9
pub(crate) async fn an_upload_counts_what_was_stored(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let reservation = granted(reserve(store, 100, 100, 5).await);
    assert_eq!(usage(store).await, Usage::default());
    let posts =
        [post("one1", ADA, 5, vec![file(1, 20)]), post("two2", ADA, 5, vec![file(2, 30), file(3, 5)])];
    store.insert_upload(&posts, &reservation, at(7)).await.unwrap();
    assert_eq!(usage(store).await, Usage { used: 55, window_start: Some(at(7)) });
    assert_eq!(store.find_post(&code("two2")).await.unwrap().as_ref(), Some(&posts[1]));
    assert_eq!(
        store.list_usage_days(&user(ADA), 0).await.unwrap(),
        [UsageDay { day: 0, bytes: 55, files: 3 }]
    );
    // What was reserved beyond that is free again.
    granted(reserve(store, 45, 100, 8).await);
    assert!(matches!(reserve(store, 1, 100, 8).await, Reserved::Refused(_)));
}

/// A3
pub(crate) async fn parallel_uploads_of_one_user_do_not_stop_each_other(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let mut uploads = tokio::task::JoinSet::new();
    for number in 0..6 {
        let store = fixture.store.clone();
        uploads.spawn(async move {
            let reservation = granted(reserve(&store, 10, 1_000, 0).await);
            let upload = post(&format!("post{number}"), ADA, 0, vec![file(number, 10)]);
            store.insert_upload(&[upload], &reservation, at(1)).await.unwrap();
        });
    }
    uploads.join_all().await;
    assert_eq!(usage(&fixture.store).await.used, 60);
    assert_eq!(fixture.store.count_files(&user(ADA)).await.unwrap(), 6);
}

/// A2
pub(crate) async fn files_are_added_to_a_post_at_its_end(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_post(&post("AbCd1234", ADA, 0, vec![file(9, 1)])).await.unwrap();
    let reservation = granted(reserve(store, 10, 100, 0).await);
    assert!(
        store.append_files(&code("AbCd1234"), &[file(5, 2), file(1, 3)], &reservation, at(1)).await.unwrap()
    );
    let found = store.find_post(&code("AbCd1234")).await.unwrap().unwrap();
    assert_eq!(found.files, [file(9, 1), file(5, 2), file(1, 3)]);
    assert!(store.list_public_uploads(&user(ADA), 1).await.unwrap()[0].is_album);
    assert_eq!(usage(store).await.used, 5);
    let reservation = granted(reserve(store, 10, 100, 0).await);
    assert!(!store.append_files(&code("gone"), &[file(7, 1)], &reservation, at(1)).await.unwrap());
    assert_eq!(usage(store).await.used, 5);
}

/// A3
pub(crate) async fn a_released_or_lapsed_reservation_costs_nothing(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let reservation = granted(reserve(store, 100, 100, 0).await);
    assert!(matches!(reserve(store, 1, 100, 0).await, Reserved::Refused(_)));
    store.release_usage(&reservation).await.unwrap();
    granted(reserve(store, 100, 100, 0).await);
    // That one's process died: it lapses at 1,000.
    assert!(matches!(reserve(store, 1, 100, 999).await, Reserved::Refused(_)));
    let late = granted(reserve(store, 100, 100, 1_000).await);
    assert_eq!(usage(store).await, Usage::default());
    // An upload that ends after its reservation has lapsed still counts.
    store.insert_upload(&[post("late", ADA, 0, vec![file(1, 60)])], &late, at(5_000)).await.unwrap();
    assert_eq!(usage(store).await.used, 60);
}

/// U9
pub(crate) async fn a_window_opens_with_the_first_upload_and_ends_after_seven_days(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let upload = async |name: &str, number, now| {
        let reservation = granted(reserve(store, 60, 100, now).await);
        store
            .insert_upload(&[post(name, ADA, now, vec![file(number, 60)])], &reservation, at(now))
            .await
            .unwrap();
    };
    upload("first", 1, 1_000).await;
    assert!(matches!(reserve(store, 60, 100, WEEK + 999).await, Reserved::Refused(_)));
    upload("second", 2, WEEK + 1_000).await;
    assert_eq!(usage(store).await, Usage { used: 60, window_start: Some(at(WEEK + 1_000)) });
}

/// U9
pub(crate) async fn a_deletion_gives_nothing_back(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let reservation = granted(reserve(store, 60, 100, 0).await);
    let upload = post("AbCd1234", ADA, 0, vec![file(1, 60)]);
    store.insert_upload(std::slice::from_ref(&upload), &reservation, at(0)).await.unwrap();
    store.delete_post(&upload).await.unwrap();
    assert_eq!(usage(store).await.used, 60);
    assert_eq!(store.list_usage_days(&user(ADA), 0).await.unwrap()[0].files, 1);
}
