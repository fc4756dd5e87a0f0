use nameplate_store::{Report, StoreError};

use crate::fixture::{ADA, BOB, Fixture, at, code, file, post, user};

async fn with_posts(fixture: Fixture) -> Fixture {
    let fixture = fixture.with_users().await;
    for (name, number) in [("AbCd1234", 1), ("Efgh5678", 2)] {
        fixture.store.insert_post(&post(name, ADA, 1, vec![file(number, 10)])).await.unwrap();
    }
    fixture
}

/// A2
pub(crate) async fn a_report_stays_until_it_is_dismissed(fixture: Fixture) {
    let fixture = with_posts(fixture).await;
    let store = &fixture.store;
    let (first, second) = (code("AbCd1234"), code("Efgh5678"));
    store.upsert_report(&second, &user(BOB), None, at(6)).await.unwrap();
    store.upsert_report(&first, &user(BOB), Some("spam"), at(5)).await.unwrap();
    store.upsert_report(&first, &user(BOB), Some("still spam"), at(9)).await.unwrap();
    let report = |post, reason: Option<&str>, created| Report {
        post,
        owner: user(ADA),
        reporter: user(BOB),
        reason: reason.map(str::to_owned),
        created: at(created),
    };
    let (old, new) = (report(first.clone(), Some("still spam"), 5), report(second.clone(), None, 6));
    assert_eq!(store.list_reports(10).await.unwrap(), [old.clone(), new.clone()]);
    assert_eq!(store.list_reports(1).await.unwrap(), [old]);
    assert_eq!(store.delete_reports_of(&first).await.unwrap(), 1);
    assert_eq!(store.delete_reports_of(&first).await.unwrap(), 0);
    assert_eq!(store.list_reports(10).await.unwrap(), [new]);
}

/// A2
pub(crate) async fn a_report_goes_with_its_post_and_its_reporter(fixture: Fixture) {
    let fixture = with_posts(fixture).await;
    let store = &fixture.store;
    for name in ["AbCd1234", "Efgh5678"] {
        store.upsert_report(&code(name), &user(BOB), None, at(5)).await.unwrap();
    }
    store.delete_post(&post("AbCd1234", ADA, 1, Vec::new())).await.unwrap();
    assert_eq!(store.list_reports(10).await.unwrap().len(), 1);
    store.delete_user(&user(BOB)).await.unwrap();
    assert!(store.list_reports(10).await.unwrap().is_empty());
}

/// A2
pub(crate) async fn a_report_needs_a_post(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let missing = fixture.store.upsert_report(&code("AbCd1234"), &user(BOB), None, at(5)).await;
    assert!(matches!(missing, Err(StoreError::Conflict(_))), "{missing:?}");
}
