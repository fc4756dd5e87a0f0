use nameplate_core::audience::{Audience, Device};
use nameplate_core::isrc::Isrc;
use nameplate_core::view::{View, VisitorKey};
use nameplate_store::{AuditEntry, Play, PlayTotal, ViewDay, ViewStats};

use crate::fixture::{ADA, BOB, Fixture, at, host, profile, profile_id, user};

const DAY: i64 = 86_400_000;

fn view(profile: &str, moment: i64, visitor: u8) -> View {
    View {
        profile: profile_id(profile),
        at: at(moment),
        visitor: VisitorKey([visitor; 16]),
        referer: Some("https://example.org/\"quoted\"".into()),
        user_agent: None,
        audience: Audience::Person {
            device: Device::Phone,
            browser: "Firefox",
            source: Some(host("from.example")),
        },
    }
}

async fn with_profiles(fixture: Fixture) -> Fixture {
    let fixture = fixture.with_users().await;
    for (id, owner) in [("p_ada", ADA), ("p_bob", BOB)] {
        fixture.store.insert_profile(&profile(id, owner, &format!("{}.localhost", &id[2..]))).await.unwrap();
    }
    fixture
}

/// P3
pub(crate) async fn views_are_counted_and_visitors_once_a_day(fixture: Fixture) {
    let fixture = with_profiles(fixture).await;
    let (store, ada) = (&fixture.store, profile_id("p_ada"));
    assert_eq!(store.count_views(&ada).await.unwrap(), ViewStats::default());
    store.insert_views(&[]).await.unwrap();
    store
        .insert_views(&[
            view("p_ada", 10, 1),
            view("p_bob", 11, 1),
            view("p_ada", 12, 1),
            view("p_ada", 13, 2),
        ])
        .await
        .unwrap();
    // The second batch knows the visitors of the first; on the next day the salt makes them new ones.
    store
        .insert_views(&[view("p_ada", 9, 1), view("p_ada", 20, 3), view("p_ada", DAY + 5, 4)])
        .await
        .unwrap();
    let stats = store.count_views(&ada).await.unwrap();
    assert_eq!(stats, ViewStats { total: 6, visitors: 4, last: Some(at(DAY + 5)) });
    assert_eq!(store.count_views(&profile_id("p_bob")).await.unwrap().total, 1);
    let days = store.list_view_days(&ada, 0).await.unwrap();
    assert_eq!(days, [ViewDay { day: 0, views: 5, visitors: 3 }, ViewDay { day: 1, views: 1, visitors: 1 }]);
    assert_eq!(store.list_view_days(&ada, 1).await.unwrap().len(), 1);
}

/// P5
pub(crate) async fn views_of_a_profile_that_is_gone_are_dropped(fixture: Fixture) {
    let fixture = with_profiles(fixture).await;
    fixture.store.insert_views(&[view("p_gone", 1, 1), view("p_ada", 1, 1)]).await.unwrap();
    assert_eq!(fixture.store.count_views(&profile_id("p_ada")).await.unwrap().total, 1);
    assert_eq!(fixture.store.count_views(&profile_id("p_gone")).await.unwrap().total, 0);
}

pub(crate) async fn old_views_are_forgotten_and_their_totals_stay(fixture: Fixture) {
    let fixture = with_profiles(fixture).await;
    let store = &fixture.store;
    store.insert_views(&[view("p_ada", 1, 1), view("p_ada", 2, 2), view("p_ada", 3, 3)]).await.unwrap();
    assert_eq!(store.delete_views_before(at(3), 1).await.unwrap(), 1);
    assert_eq!(store.delete_views_before(at(3), 10).await.unwrap(), 1);
    assert_eq!(store.delete_views_before(at(3), 10).await.unwrap(), 0);
    assert_eq!(store.count_views(&profile_id("p_ada")).await.unwrap().total, 3);
}

/// M5
pub(crate) async fn plays_count_for_the_owner(fixture: Fixture) {
    let fixture = with_profiles(fixture).await;
    let (store, ada) = (&fixture.store, user(ADA));
    let isrc = |text| Isrc::parse(text).unwrap();
    let play = |profile, track, moment| Play {
        profile: profile_id(profile),
        owner: ada,
        isrc: isrc(track),
        visitor: VisitorKey([9; 16]),
        at: at(moment),
    };
    assert_eq!(store.count_plays(&ada).await.unwrap(), 0);
    store.insert_plays(&[play("p_ada", "USRC17607839", 5), play("p_ada", "USRC17607840", 6)]).await.unwrap();
    store.insert_plays(&[play("p_ada", "USRC17607840", 4), play("p_old", "USRC17607840", 3)]).await.unwrap();
    assert_eq!(store.count_plays(&ada).await.unwrap(), 4);
    assert_eq!(store.count_plays(&user(BOB)).await.unwrap(), 0);
    let most = &store.list_play_totals(&ada, 10).await.unwrap()[0];
    let expected =
        PlayTotal { profile: profile_id("p_ada"), isrc: isrc("USRC17607840"), plays: 2, last: at(6) };
    assert_eq!(*most, expected);
    assert_eq!(store.list_play_totals(&ada, 10).await.unwrap().len(), 3);
    assert_eq!(store.delete_plays_before(at(6), 10).await.unwrap(), 3);
    assert_eq!(store.count_plays(&ada).await.unwrap(), 4);
}

/// W3
pub(crate) async fn what_operators_did_is_listed_newest_first(fixture: Fixture) {
    let entry = |action: &str, note: Option<&str>| AuditEntry {
        at: at(1),
        actor: "operator".into(),
        action: action.into(),
        object: format!("user {ADA}"),
        note: note.map(Into::into),
    };
    let (first, second) = (entry("suspend", Some("spam")), entry("restore", None));
    for entry in [&first, &second] {
        fixture.store.insert_audit(entry).await.unwrap();
    }
    assert_eq!(fixture.store.list_audit(10).await.unwrap(), [second, first]);
    assert_eq!(fixture.store.list_audit(1).await.unwrap().len(), 1);
}
