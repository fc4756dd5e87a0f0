use nameplate_core::plan::{Plan, Subscription};
use nameplate_store::{AuditEntry, AuditFilter, Badge, Part, Store};

use crate::fixture::{ADA, BOB, Fixture, at, code, file, post, profile, profile_id, user};

const ALL: Part = Part { limit: 10, offset: 0 };

async fn log(store: &Store, actor: &str, action: &str, object: &str, note: Option<&str>) {
    let entry = AuditEntry {
        at: at(1),
        actor: actor.into(),
        action: action.into(),
        object: object.into(),
        note: note.map(Into::into),
    };
    store.insert_audit(&entry).await.unwrap();
}

/// Studio, operators
pub(crate) async fn users_and_profiles_are_found_by_any_part_of_their_names(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (id, owner) in [("p_ada", ADA), ("p_ada2", ADA), ("p_bob", BOB)] {
        store.insert_profile(&profile(id, owner, &format!("{}.localhost", &id[2..]))).await.unwrap();
    }
    let found = async |search: &str| {
        let (users, total) = store.search_users(search, ALL).await.unwrap();
        assert_eq!(users.len() as u64, total);
        users.into_iter().map(|listed| (listed.user.username, listed.profiles)).collect::<Vec<_>>()
    };
    assert_eq!(found("AD").await, [("ada".to_owned(), 2)]);
    assert_eq!(found(BOB).await, [("bob".to_owned(), 1)]);
    assert_eq!(found("").await.len(), 2);
    assert!(found("%").await.is_empty() && found("_da").await.is_empty() && found("\\").await.is_empty());
    let (page, total) = store.search_users("", Part { limit: 1, offset: 1 }).await.unwrap();
    assert_eq!((page.len(), total), (1, 2));

    let (profiles, total) = store.search_profiles("ADA", ALL).await.unwrap();
    let ids: Vec<_> = profiles.iter().map(|listed| listed.profile.id.to_string()).collect();
    assert_eq!((ids, total), (vec!["p_ada".to_owned(), "p_ada2".to_owned()], 2));
    assert_eq!(profiles[0].owner.username, "ada");
    assert_eq!(store.search_profiles("bob.local", ALL).await.unwrap().1, 1);

    // Why stands in the log, and counts while it lasts.
    log(store, "operator", "suspended", &format!("user {ADA}"), Some("first")).await;
    log(store, "operator", "suspended", &format!("user {ADA}"), Some("second")).await;
    let reason = async || store.search_users("ada", ALL).await.unwrap().0[0].reason.clone();
    assert_eq!(reason().await, None);
    store.set_suspended(&user(ADA), true).await.unwrap();
    assert_eq!(reason().await.as_deref(), Some("second"));
    log(store, "operator", "suspended", "profile p_bob", Some("spam")).await;
    store.set_profile_suspended(&profile_id("p_bob"), true, at(2)).await.unwrap();
    assert_eq!(store.search_profiles("p_bob", ALL).await.unwrap().0[0].reason.as_deref(), Some("spam"));
}

/// Studio, operators; A2
pub(crate) async fn reported_posts_are_listed_once_the_newest_report_first(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (number, name) in [(1, "AbCd1234"), (2, "Efgh5678")] {
        store.insert_post(&post(name, ADA, i64::from(number), vec![file(number, 1)])).await.unwrap();
    }
    let (first, second) = (code("AbCd1234"), code("Efgh5678"));
    store.upsert_report(&first, &user(BOB), Some("spam"), at(5)).await.unwrap();
    store.upsert_report(&first, &user(ADA), None, at(6)).await.unwrap();
    store.upsert_report(&second, &user(BOB), None, at(7)).await.unwrap();
    assert_eq!(store.list_reported_posts(ALL).await.unwrap(), (vec![second.clone(), first.clone()], 2));
    let said = store.list_reports_of(&first, 10).await.unwrap();
    assert_eq!(
        (said[1].by.username.as_str(), said[1].reason.as_deref(), said[1].created),
        ("bob", Some("spam"), at(5))
    );
    store.set_moderated(&second, true, None).await.unwrap();
    assert_eq!(store.list_hidden_posts(ALL).await.unwrap(), (vec![second], 1));
}

/// Studio, operators
pub(crate) async fn badges_and_everything_are_counted(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for badge in [Badge::Verified(true), Badge::BugHunter(Some(2))] {
        store.set_badge(&user(ADA), badge).await.unwrap();
    }
    store.set_subscription(&user(ADA), &Subscription::gift(Plan::Plus, Some(at(100)))).await.unwrap();
    let holders = store.count_badges(at(99)).await.unwrap();
    assert_eq!((holders.verified, holders.bug_hunters, holders.plus, holders.staff), (1, [0, 1], 1, 0));
    assert_eq!(store.count_badges(at(100)).await.unwrap().plus, 0);
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    let totals = store.count_everything().await.unwrap();
    assert_eq!((totals.users, totals.profiles, totals.uploads, totals.messages), (2, 1, 0, 0));
}

/// Studio, operators; W3
pub(crate) async fn the_log_is_searched_by_actor_object_and_action(fixture: Fixture) {
    let store = &fixture.store;
    log(store, "operator", "suspended", "profile p_ada", None).await;
    log(store, ADA, "restored", "profile p_ada", None).await;
    log(store, ADA, "dismissed", "reports of post AbCd1234", Some("2")).await;
    let found = async |actor: &str, object: &str, action: &str| {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let filter = AuditFilter { actor: given(actor), object: given(object), action: given(action) };
        let (records, total) = store.search_audit(&filter, ALL).await.unwrap();
        assert_eq!(records.len() as u64, total);
        records.into_iter().map(|record| record.entry.action).collect::<Vec<_>>()
    };
    assert_eq!(found("", "", "").await, ["dismissed", "restored", "suspended"]);
    assert_eq!(found("", "p_ada", "").await, ["restored", "suspended"]);
    assert_eq!(found(ADA, "", "").await, ["dismissed", "restored"]);
    assert_eq!(found("operator", "p_ada", "suspended").await, ["suspended"]);
    assert_eq!(found("", "AbCd1234", "").await, ["dismissed"]);
    assert!(found("", "p_bob", "").await.is_empty());
}
