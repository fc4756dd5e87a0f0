use nameplate_core::plan::Usage;
use nameplate_core::post::PostFile;
use nameplate_store::{Appended, Claim, Conflict, Lapsed, Reservation, Store, StoreError, UsageDay};

use crate::fixture::{ADA, Fixture, NOBODY, at, code, file, post, user};

const WEEK: i64 = 7 * 86_400_000;

#[derive(Debug, PartialEq)]
enum Reserved {
    Granted(Reservation),
    Refused(Usage),
}

async fn reserve(store: &Store, bytes: u64, quota: u64, now: i64) -> Reserved {
    let reservation = store.new_reservation(&user(ADA));
    let claim = Claim { bytes, quota, lapses: at(now + 1_000), files: &[] };
    match store.reserve_usage(&reservation, claim, at(now)).await.unwrap() {
        None => Reserved::Granted(reservation),
        Some(usage) => Reserved::Refused(usage),
    }
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
    let claim = Claim { bytes: 1, quota: 1, lapses: at(1), files: &[] };
    let nobody = fixture.store.new_reservation(&user(NOBODY));
    let nobody = fixture.store.reserve_usage(&nobody, claim, at(0)).await;
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
    let append = async |to: &str, files: &[PostFile], most, reservation: &Reservation| {
        store.append_files(&code(to), files, most, reservation, at(1)).await.unwrap()
    };
    let two = [file(5, 2), file(1, 3)];
    assert_eq!(append("AbCd1234", &two, 2, &reservation).await, Appended::Full);
    assert_eq!(append("AbCd1234", &two, 3, &reservation).await, Appended::Behind(1));
    let found = store.find_post(&code("AbCd1234")).await.unwrap().unwrap();
    assert_eq!(found.files, [file(9, 1), file(5, 2), file(1, 3)]);
    assert!(store.list_public_uploads(&user(ADA), 1).await.unwrap()[0].is_album);
    assert_eq!(usage(store).await.used, 5);
    let reservation = granted(reserve(store, 10, 100, 0).await);
    assert_eq!(append("gone", &[file(7, 1)], 9, &reservation).await, Appended::NoPost);
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

/// A3
pub(crate) async fn a_reservation_grows_up_to_the_quota(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let reservation = granted(reserve(store, 40, 100, 0).await);
    let extend = async |bytes, now| {
        let claim = Claim { bytes, quota: 100, lapses: at(now + 1_000), files: &[] };
        store.reserve_usage(&reservation, claim, at(now)).await.unwrap()
    };
    assert_eq!(extend(50, 1).await, None);
    assert_eq!(extend(11, 1).await, Some(Usage { used: 90, window_start: None }));
    assert_eq!(extend(0, 900).await, None, "it only lives longer");
    assert!(matches!(reserve(store, 11, 100, 1_500).await, Reserved::Refused(_)));
    assert_eq!(
        extend(11, 9_000).await,
        Some(Usage { used: 90, window_start: None }),
        "lapsed, it still counts itself"
    );
    store.release_usage(&reservation).await.unwrap();
    granted(reserve(store, 100, 100, 9_000).await);
}

/// A3
pub(crate) async fn what_a_lapsed_reservation_names_is_handed_out_once(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let reservation = granted(reserve(store, 1, 100, 0).await);
    let files = [file(1, 1).name, file(2, 1).name];
    let claim = Claim { bytes: 1, quota: 100, lapses: at(500), files: &files };
    assert_eq!(store.reserve_usage(&reservation, claim, at(0)).await.unwrap(), None);
    assert_eq!(store.take_lapsed_reservation(at(499)).await.unwrap(), None);
    let lapsed = Lapsed { owner: user(ADA), files: files.to_vec() };
    assert_eq!(store.take_lapsed_reservation(at(500)).await.unwrap(), Some(lapsed));
    assert_eq!(store.take_lapsed_reservation(at(500)).await.unwrap(), None);
    let late = store.insert_upload(&[post("late", ADA, 0, vec![file(1, 1)])], &reservation, at(501)).await;
    assert!(matches!(late, Err(StoreError::Conflict(Conflict::NoReservation))), "{late:?}");
    assert_eq!(store.count_files(&user(ADA)).await.unwrap(), 0);
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
