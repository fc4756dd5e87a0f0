use std::time::Duration;

use nameplate_core::change::Change;
use nameplate_core::secret::KeyKind;
use nameplate_core::transfer::Instance;
use nameplate_core::view::{View, VisitorKey};
use nameplate_store::Changes;

use crate::fixture::{ADA, BOB, Fixture, at, host, key, page, profile, profile_id, user};

/// The next change that is not one of `seen`: a change may be told twice.
async fn next_but(changes: &mut Changes, seen: &[Change]) -> Change {
    let next = async {
        loop {
            let change = changes.next().await.unwrap();
            if !seen.contains(&change) {
                return change;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), next).await.expect("a change in time")
}

fn profile_change(domains: &[&str]) -> Change {
    Change::Profile(profile_id("p_ada"), domains.iter().map(|domain| host(domain)).collect())
}

/// P9
pub(crate) async fn every_change_of_this_process_is_told(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let mut changes = store.changes();
    assert_eq!(changes.next().await, Some(Change::Everything));

    store.set_theme(&user(ADA), Some("red")).await.unwrap();
    let ada = Change::User(user(ADA));
    assert_eq!(changes.next().await, Some(ada.clone()));
    store.set_key(&user(BOB), KeyKind::Api, Some(&key('b'))).await.unwrap();
    let bob = Change::User(user(BOB));
    assert_eq!(next_but(&mut changes, std::slice::from_ref(&ada)).await, bob);

    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    let inserted = profile_change(&["ada.localhost"]);
    assert_eq!(next_but(&mut changes, &[ada.clone(), bob.clone()]).await, inserted);
    // A profile that moves is told with the domain that it had.
    store.update_profile(&profile("p_ada", ADA, "countess.localhost")).await.unwrap();
    let moved = profile_change(&["countess.localhost", "ada.localhost"]);
    assert_eq!(next_but(&mut changes, &[ada.clone(), bob.clone(), inserted.clone()]).await, moved);
    store.delete_profile(&profile_id("p_ada")).await.unwrap();
    let deleted = profile_change(&["countess.localhost"]);
    assert_eq!(next_but(&mut changes, &[ada, bob, inserted, moved]).await, deleted);
}

/// P9
pub(crate) async fn a_change_of_another_process_is_told(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let other = fixture.other_process().await;
    let mut changes = fixture.store.changes();
    assert_eq!(changes.next().await, Some(Change::Everything));

    other.set_suspended(&user(ADA), true).await.unwrap();
    let told = next_but(&mut changes, &[]).await;
    assert!([Change::Everything, Change::User(user(ADA))].contains(&told), "{told:?}");
    let profiles = vec![page("p_ada", ADA, "ada.localhost")];
    other.import(&Instance { profiles, ..Instance::default() }, at(0), |_| ()).await.unwrap();
    assert_eq!(next_but(&mut changes, &[Change::User(user(ADA))]).await, Change::Everything);

    fixture.store.close().await;
    let end = async { while changes.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), end)
        .await
        .expect("the stream ends when the store is closed");
}

/// P5: the batches of views, four a second, must not empty every cache.
pub(crate) async fn views_are_no_change(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    let mut changes = store.changes();
    assert_eq!(changes.next().await, Some(Change::Everything));
    let view = View {
        profile: profile_id("p_ada"),
        at: at(1),
        visitor: VisitorKey([1; 16]),
        referer: None,
        user_agent: None,
        audience: nameplate_core::audience::Audience::Private,
    };
    store.insert_views(&[view]).await.unwrap();
    store.set_theme(&user(ADA), None).await.unwrap();
    assert_eq!(changes.next().await, Some(Change::User(user(ADA))));
}
