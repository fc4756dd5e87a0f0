use nameplate_core::profile::Profile;
use nameplate_core::user::User;
use nameplate_core::view::{View, VisitorKey};
use nameplate_store::{Conflict, ServedDomain, StoreError, ViewStats};

use crate::fixture::{ADA, BOB, Fixture, NOBODY, at, host, profile, profile_id, user};

/// R5
pub(crate) async fn a_profile_is_found_by_id_and_by_domain_with_its_owner(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let content = serde_json::json!({"schema": 1, "template": "plain", "blocks": [{"kind": "text", "text": "zé \u{1f3a9}"}]});
    let ada = Profile {
        is_verified: true,
        expires_at: Some(at(1_900_000_000_001)),
        content: Some(content),
        updated: at(2_000),
        ..profile("p_ada", ADA, "ada.example")
    };
    store.insert_profile(&ada).await.unwrap();
    store.insert_profile(&profile("p_bob", BOB, "bob.localhost")).await.unwrap();
    let owner = User::new(user(ADA), "ada".into(), at(0));
    assert_eq!(store.find_profile(&ada.id).await.unwrap(), Some((ada.clone(), owner.clone())));
    assert_eq!(store.find_profile_by_domain(&ada.domain).await.unwrap(), Some((ada, owner)));
    assert_eq!(store.find_profile(&profile_id("p_eve")).await.unwrap(), None);
    assert_eq!(store.find_profile_by_domain(&host("eve.localhost")).await.unwrap(), None);
}

pub(crate) async fn an_id_and_a_domain_are_taken_once(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    let id = store.insert_profile(&profile("p_ada", BOB, "bob.localhost")).await;
    assert!(matches!(id, Err(StoreError::Conflict(Conflict::Profile))), "{id:?}");
    let domain = store.insert_profile(&profile("p_bob", BOB, "ada.localhost")).await;
    assert!(matches!(domain, Err(StoreError::Conflict(Conflict::Domain))), "{domain:?}");
    store.insert_profile(&profile("p_bob", BOB, "bob.localhost")).await.unwrap();
    let moved = store.update_profile(&profile("p_bob", BOB, "ada.localhost")).await;
    assert!(matches!(moved, Err(StoreError::Conflict(Conflict::Domain))), "{moved:?}");
}

pub(crate) async fn a_profile_needs_an_owner(fixture: Fixture) {
    let inserted = fixture.store.insert_profile(&profile("p_eve", NOBODY, "eve.localhost")).await;
    assert!(matches!(inserted, Err(StoreError::Conflict(Conflict::NoUser))), "{inserted:?}");
}

pub(crate) async fn a_profile_can_be_changed(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let before = profile("p_ada", ADA, "ada.localhost");
    fixture.store.insert_profile(&before).await.unwrap();
    let after = Profile {
        domain: host("ada.example"),
        is_verified: true,
        expires_at: Some(at(9)),
        content: Some(serde_json::json!({"schema": 1})),
        updated: at(5_000),
        ..before
    };
    assert!(fixture.store.update_profile(&after).await.unwrap());
    assert_eq!(fixture.store.find_profile(&after.id).await.unwrap().unwrap().0, after);
    assert_eq!(fixture.store.find_profile_by_domain(&host("ada.localhost")).await.unwrap(), None);
    assert!(!fixture.store.update_profile(&profile("p_eve", ADA, "eve.localhost")).await.unwrap());
}

/// P9
pub(crate) async fn a_profile_is_published_suspended_and_verified(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, id) = (&fixture.store, profile_id("p_ada"));
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    assert!(store.set_public(&id, false, at(2_000)).await.unwrap());
    assert!(store.set_profile_suspended(&id, true, at(3_000)).await.unwrap());
    assert!(store.set_profile_verified(&id, true, at(4_000)).await.unwrap());
    let found = store.find_profile(&id).await.unwrap().unwrap().0;
    assert_eq!((found.is_public, found.is_suspended, found.is_verified), (false, true, true));
    assert_eq!((found.created, found.updated), (at(1_000), at(4_000)));
    assert!(!store.set_public(&profile_id("p_eve"), true, at(0)).await.unwrap());
}

pub(crate) async fn a_deleted_profile_is_gone_with_its_views(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, id) = (&fixture.store, profile_id("p_ada"));
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    let view = View {
        profile: id.clone(),
        at: at(1),
        visitor: VisitorKey([1; 16]),
        referer: None,
        user_agent: None,
        audience: nameplate_core::audience::Audience::Private,
    };
    store.insert_views(&[view]).await.unwrap();
    assert!(store.delete_profile(&id).await.unwrap());
    assert!(!store.delete_profile(&id).await.unwrap());
    assert_eq!(store.find_profile(&id).await.unwrap(), None);
    assert_eq!(store.count_views(&id).await.unwrap(), ViewStats::default());
}

pub(crate) async fn profiles_are_listed_in_pages(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    // Ids are in the order of their bytes, whatever the language of the database.
    for (id, owner) in [("Z", ADA), ("a", BOB), ("_", ADA), ("b", ADA)] {
        store
            .insert_profile(&profile(id, owner, &format!("x{}.localhost", id.replace('_', "-0"))))
            .await
            .unwrap();
    }
    let ids = |page: Vec<Profile>| page.into_iter().map(|profile| profile.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(store.list_profiles(None, 3).await.unwrap()), ["Z", "_", "a"]);
    assert_eq!(ids(store.list_profiles(Some(&profile_id("a")), 3).await.unwrap()), ["b"]);
    assert_eq!(ids(store.list_profiles_of(&user(ADA)).await.unwrap()), ["Z", "_", "b"]);
    assert!(store.list_profiles_of(&user(NOBODY)).await.unwrap().is_empty());
}

/// W8
pub(crate) async fn served_domains_say_who_may_have_a_certificate(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let own = Profile { is_verified: true, expires_at: Some(at(99)), ..profile("p_own", ADA, "ada.example") };
    let hidden = Profile { is_public: false, ..profile("p_hidden", ADA, "hidden.localhost") };
    for profile in [&own, &hidden, &profile("p_bob", BOB, "bob.localhost")] {
        store.insert_profile(profile).await.unwrap();
    }
    store.set_suspended(&user(BOB), true).await.unwrap();
    let served = store.list_served_domains(None, 10).await.unwrap();
    let first = ServedDomain {
        host: host("ada.example"),
        profile: own.id,
        is_verified: true,
        is_visible: true,
        publish_at: None,
        expires_at: Some(at(99)),
    };
    assert_eq!(served[0], first);
    let rest: Vec<_> = served[1..].iter().map(|served| (served.host.as_str(), served.is_visible)).collect();
    assert_eq!(rest, [("bob.localhost", false), ("hidden.localhost", false)]);
    assert_eq!(store.list_served_domains(Some(&host("bob.localhost")), 10).await.unwrap().len(), 1);
}
