use nameplate_core::profile::{Page, Profile};
use nameplate_core::view::{View, VisitorKey};
use nameplate_store::{ClaimStatus, Conflict, DomainClaim, Part, Proof, Store, StoreError};
use serde_json::{Value, json};

use crate::fixture::{ADA, BOB, Fixture, at, host, page, profile_id, user};

fn content(text: &str) -> Value {
    json!({"schema": 1, "template": "glass", "blocks": [{"kind": "text", "paragraphs": [text]}]})
}

/// Publishes a content, as the rules above would.
async fn publish(store: &Store, text: &str, millis: i64) -> Page {
    let id = profile_id("p_ada");
    let edited = store.edit_page(&id, at(millis), |page| {
        page.profile.content = Some(content(text));
        (page.draft, page.profile.updated) = (None, at(millis));
        Ok::<_, ()>(true)
    });
    edited.await.unwrap().unwrap().unwrap()
}

pub(crate) async fn a_draft_is_kept_beside_what_is_shown(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, id) = (&fixture.store, profile_id("p_ada"));
    store.insert_page(&page("p_ada", ADA, "ada.localhost"), 9).await.unwrap();
    let shown = store.find_profile(&id).await.unwrap();
    let edit = |page: &mut Page| {
        page.draft = Some(content("draft"));
        Ok::<_, ()>(false)
    };
    let edited = store.edit_page(&id, at(5), edit).await.unwrap().unwrap().unwrap();
    assert_eq!((edited.revision, edited.edited_at), (2, Some(at(5))));
    let found = store.find_page(&id).await.unwrap().unwrap();
    assert_eq!((found.page, found.views), (edited, 0));
    assert_eq!(store.find_profile(&id).await.unwrap(), shown, "what is shown is what it was");
    // A fault leaves everything as it was.
    let refused = store.edit_page(&id, at(6), |page| {
        page.draft = None;
        Err::<bool, _>("stale")
    });
    assert_eq!(refused.await.unwrap(), Some(Err("stale")));
    assert_eq!(store.find_page(&id).await.unwrap().unwrap().page.draft, Some(content("draft")));
    assert_eq!(store.edit_page(&profile_id("p_eve"), at(6), edit).await.unwrap(), None);
}

/// P9
pub(crate) async fn a_draft_is_no_news_and_what_is_shown_is(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, id) = (&fixture.store, profile_id("p_ada"));
    store.insert_page(&page("p_ada", ADA, "ada.localhost"), 9).await.unwrap();
    let mut changes = store.changes();
    changes.next().await;
    let draft = |text| {
        move |page: &mut Page| {
            page.draft = Some(content(text));
            Ok::<_, ()>(false)
        }
    };
    store.edit_page(&id, at(5), draft("one")).await.unwrap();
    store.edit_page(&id, at(6), draft("two")).await.unwrap();
    publish(store, "shown", 7).await;
    let next = changes.next().await.unwrap();
    assert!(format!("{next:?}").contains("p_ada"), "{next:?}");
    assert_eq!(store.find_page(&id).await.unwrap().unwrap().page.revision, 4);
}

pub(crate) async fn an_owner_has_as_many_pages_as_the_plan_allows(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let pages: Vec<Page> = (0..6).map(|n| page(&format!("p{n}"), ADA, &format!("a{n}.localhost"))).collect();
    let made = futures_util::future::join_all(pages.iter().map(|page| store.insert_page(page, 2))).await;
    let full = made.iter().filter(|made| matches!(made, Err(StoreError::Conflict(Conflict::Full)))).count();
    assert_eq!(full, 4, "{made:?}");
    store.insert_page(&page("p_bob", BOB, "bob.localhost"), 1).await.unwrap();
    let taken = store.insert_page(&page("p_x", BOB, "bob.localhost"), 9).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Domain))), "{taken:?}");

    // A deleted page makes room, and needs room to come back.
    let own = store.list_pages_of(&user(ADA)).await.unwrap();
    let id = own[0].page.profile.id.clone();
    let delete = |page: &mut Page| {
        page.profile.deleted_at = Some(at(9));
        Ok::<_, ()>(false)
    };
    store.edit_page(&id, at(9), delete).await.unwrap();
    store.insert_page(&page("p_new", ADA, "new.localhost"), 2).await.unwrap();
    let full = store.restore_page(&id, &user(ADA), 2, at(10)).await;
    assert!(matches!(full, Err(StoreError::Conflict(Conflict::Full))), "{full:?}");
    assert!(!store.restore_page(&id, &user(BOB), 9, at(10)).await.unwrap(), "another's");
    assert!(store.restore_page(&id, &user(ADA), 3, at(10)).await.unwrap());
    assert!(!store.restore_page(&id, &user(ADA), 9, at(10)).await.unwrap(), "nothing to take back");
}

pub(crate) async fn what_was_deleted_goes_for_good_in_its_order(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (number, deleted_at) in [(1, Some(30)), (2, Some(10)), (3, None), (4, Some(20))] {
        let mut page = page(&format!("p{number}"), ADA, &format!("a{number}.localhost"));
        page.profile.deleted_at = deleted_at.map(at);
        store.insert_page(&page, 9).await.unwrap();
    }
    assert!(
        store
            .list_served_domains(None, 10)
            .await
            .unwrap()
            .iter()
            .all(|domain| domain.profile == profile_id("p3"))
    );
    assert_eq!(store.remove_old_page(at(9)).await.unwrap(), None);
    assert_eq!(store.remove_old_page(at(10)).await.unwrap(), Some(profile_id("p2")));
    assert_eq!(store.remove_old_page(at(10)).await.unwrap(), None);
    assert_eq!(store.remove_surplus_page(&user(ADA), 2).await.unwrap(), None);
    assert_eq!(store.remove_surplus_page(&user(ADA), 1).await.unwrap(), Some(profile_id("p4")));
    assert_eq!(store.remove_surplus_page(&user(BOB), 0).await.unwrap(), None);
    let left: Vec<_> = store.list_pages_of(&user(ADA)).await.unwrap();
    let left: Vec<_> = left.iter().map(|own| own.page.profile.id.as_str()).collect();
    assert_eq!(left, ["p1", "p3"]);
}

pub(crate) async fn the_newest_fifty_versions_are_kept(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, id) = (&fixture.store, profile_id("p_ada"));
    let mut old = page("p_ada", ADA, "ada.localhost");
    old.profile.content = Some(content("before there was a history"));
    store.insert_page(&old, 9).await.unwrap();
    assert_eq!(store.list_versions(&id).await.unwrap(), []);
    publish(store, "first", 100).await;
    let versions = store.list_versions(&id).await.unwrap();
    let summary: Vec<_> =
        versions.iter().map(|v| (v.number, v.created, v.template.as_str(), v.blocks)).collect();
    assert_eq!(summary, [(2, at(100), "glass", 1), (1, at(1_000), "glass", 1)]);
    assert_eq!(store.find_version(&id, 1).await.unwrap(), Some(content("before there was a history")));
    for number in 0..60 {
        publish(store, &number.to_string(), number).await;
    }
    let versions = store.list_versions(&id).await.unwrap();
    assert_eq!((versions.len(), versions[0].number, versions[49].number), (50, 62, 13));
    assert_eq!(store.find_version(&id, 62).await.unwrap(), Some(content("59")));
    assert_eq!(store.find_version(&id, 12).await.unwrap(), None);
    assert!(store.delete_profile(&id).await.unwrap());
    assert_eq!(store.list_versions(&id).await.unwrap(), []);
}

pub(crate) async fn views_stand_beside_a_page(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_page(&page("p_ada", ADA, "ada.localhost"), 9).await.unwrap();
    store.insert_page(&page("p_bob", ADA, "bob.localhost"), 9).await.unwrap();
    let view = |key| View {
        profile: profile_id("p_bob"),
        at: at(1),
        visitor: VisitorKey([key; 16]),
        audience: nameplate_core::audience::Audience::Private,
        referer: None,
        user_agent: None,
    };
    store.insert_views(&[view(1), view(2)]).await.unwrap();
    let own = store.list_pages_of(&user(ADA)).await.unwrap();
    assert_eq!(own.iter().map(|own| own.views).collect::<Vec<_>>(), [0, 2]);
}

fn claim(profile: &str) -> DomainClaim {
    DomainClaim {
        profile: profile_id(profile),
        domain: host("ada.example"),
        status: ClaimStatus::Waiting,
        found: vec![],
        points: None,
        points_to: vec![],
        created: at(1),
        checked_at: None,
    }
}

/// W3
pub(crate) async fn a_profile_has_one_claim_and_several_may_want_one_domain(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_page(&page("p_ada", ADA, "ada.localhost"), 9).await.unwrap();
    store.insert_page(&page("p_bob", BOB, "bob.localhost"), 9).await.unwrap();
    store.upsert_claim(&claim("p_ada")).await.unwrap();
    store.upsert_claim(&claim("p_bob")).await.unwrap();
    let looked = DomainClaim {
        status: ClaimStatus::Failed,
        found: vec!["v=spf1 \"-all\"".into()],
        points: Some(false),
        points_to: vec!["192.0.2.1".into()],
        checked_at: Some(at(7)),
        ..claim("p_ada")
    };
    store.upsert_claim(&looked).await.unwrap();
    assert_eq!(store.find_claim(&looked.profile).await.unwrap(), Some(looked.clone()));
    assert_eq!(store.find_claim(&profile_id("p_bob")).await.unwrap(), Some(claim("p_bob")));
    assert!(store.delete_claim(&looked.profile).await.unwrap());
    assert!(!store.delete_claim(&looked.profile).await.unwrap());
    store.delete_profile(&profile_id("p_bob")).await.unwrap();
    assert_eq!(store.find_claim(&profile_id("p_bob")).await.unwrap(), None);
    let nobody = store.upsert_claim(&claim("p_eve")).await;
    assert!(matches!(nobody, Err(StoreError::Conflict(_))), "{nobody:?}");
}

/// W3
pub(crate) async fn a_proved_domain_is_taken_from_nobody_who_proved_it(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, domain, spare) = (&fixture.store, host("ada.example"), host("x1.localhost"));
    store.insert_page(&page("p_bob", BOB, "ada.example"), 9).await.unwrap();
    store.insert_page(&page("p_ada", ADA, "ada.localhost"), 9).await.unwrap();
    let ada = profile_id("p_ada");
    assert!(store.take_domain(&ada, &domain, &spare, at(5)).await.unwrap());
    let has = |profile: Profile| (profile.domain.to_string(), profile.is_verified);
    let find = |id| async move { store.find_profile(&profile_id(id)).await.unwrap().unwrap().0 };
    assert_eq!(has(find("p_ada").await), ("ada.example".into(), true));
    assert_eq!(has(find("p_bob").await), ("x1.localhost".into(), false), "it was held without a proof");
    let taken = store.take_domain(&profile_id("p_bob"), &domain, &spare, at(6)).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Domain))), "{taken:?}");
    assert!(store.take_domain(&ada, &domain, &spare, at(7)).await.unwrap(), "one's own is no conflict");
    assert!(!store.take_domain(&profile_id("p_eve"), &domain, &spare, at(7)).await.unwrap());
}

/// W3, T45
pub(crate) async fn a_proof_is_due_by_its_age_and_ends_with_the_domain(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (id, owner, domain) in [("p_ada", ADA, "ada.example"), ("p_bob", BOB, "bob.example")] {
        store.insert_page(&page(id, owner, domain), 9).await.unwrap();
        store.set_profile_verified(&profile_id(id), true, at(1)).await.unwrap();
    }
    let proof = |id: &str, domain: &str, now| Proof::new(profile_id(id), host(domain), at(now));
    let ada = Proof { misses: 2, missing_since: Some(at(3)), ..proof("p_ada", "ada.example", 5) };
    for known in [proof("p_ada", "old.example", 1), ada.clone(), proof("p_bob", "bob.example", 4)] {
        store.upsert_proof(&known).await.unwrap();
    }
    assert_eq!(store.find_proof(&ada.profile).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.list_due_proofs(at(3), 9).await.unwrap(), []);
    let due = store.list_due_proofs(at(5), 9).await.unwrap();
    assert_eq!(due, [(proof("p_bob", "bob.example", 4), user(BOB)), (ada.clone(), user(ADA))]);
    assert_eq!(store.list_due_proofs(at(5), 1).await.unwrap().len(), 1);
    let listed = store.search_profiles("ada.example", Part { limit: 9, offset: 0 }).await.unwrap().0;
    assert_eq!(listed[0].checked_at, Some(at(5)));

    let looked = Proof { misses: 3, checked_at: at(6), ..ada.clone() };
    store.update_proof(&looked).await.unwrap();
    assert_eq!(store.find_proof(&ada.profile).await.unwrap(), Some(looked));
    store.update_proof(&proof("p_bob", "other.example", 6)).await.unwrap();
    let bobs = store.find_proof(&profile_id("p_bob")).await.unwrap();
    assert_eq!(bobs, Some(proof("p_bob", "bob.example", 4)), "a look that ends late changes no newer proof");

    assert!(store.end_proof(&ada, at(6)).await.unwrap());
    assert!(!store.find_profile(&ada.profile).await.unwrap().unwrap().0.is_verified);
    assert_eq!(store.find_proof(&ada.profile).await.unwrap(), None);
    assert!(!store.end_proof(&ada, at(6)).await.unwrap(), "once");
    let elsewhere = proof("p_bob", "other.example", 4);
    assert!(!store.end_proof(&elsewhere, at(6)).await.unwrap(), "the page is at another domain by now");
    assert_eq!(store.list_due_proofs(at(5), 9).await.unwrap().len(), 1, "and its proof stays");
    store.delete_profile(&profile_id("p_bob")).await.unwrap();
    assert_eq!(store.find_proof(&profile_id("p_bob")).await.unwrap(), None);
}
