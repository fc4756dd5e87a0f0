use nameplate_core::audience::{Audience, Device};
use nameplate_core::isrc::Isrc;
use nameplate_core::numbers::{Counts, NameKind, Period};
use nameplate_core::view::{Click, View, VisitorKey};
use nameplate_store::{Play, Store};

use crate::fixture::{ADA, Fixture, at, host, profile, profile_id, user};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn view(moment: i64, visitor: u8, source: Option<&str>) -> View {
    View {
        profile: profile_id("p_ada"),
        at: at(moment),
        visitor: VisitorKey([visitor; 16]),
        referer: None,
        user_agent: None,
        audience: Audience::Person { device: Device::Phone, browser: "Firefox", source: source.map(host) },
    }
}

fn click(url: &str, moment: i64) -> Click {
    Click { profile: profile_id("p_ada"), url: url.into(), at: at(moment) }
}

fn period() -> Period {
    Period::parse(Some("1970-01-01"), Some("1970-01-03"), None, at(0)).unwrap()
}

async fn with_page(fixture: Fixture) -> Fixture {
    let fixture = fixture.with_users().await;
    fixture.store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    fixture
}

async fn hours(store: &Store) -> Vec<(i64, Counts)> {
    store.list_number_hours(&profile_id("p_ada"), &period()).await.unwrap()
}

async fn names(store: &Store, kind: NameKind) -> Vec<(String, u64)> {
    store.list_number_names(&profile_id("p_ada"), kind, &period(), 1000).await.unwrap()
}

fn named(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// Studio, numbers
pub(crate) async fn a_batch_adds_to_hours_and_names(fixture: Fixture) {
    let fixture = with_page(fixture).await;
    let store = &fixture.store;
    let first = [view(1, 1, Some("from.example")), view(2, 1, None), view(3, 2, None), view(HOUR, 3, None)];
    store.insert_views(&first).await.unwrap();
    // The second batch knows the visitors of the first.
    store
        .insert_views(&[view(5, 2, Some("from.example")), view(DAY + 1, 4, Some("from.example"))])
        .await
        .unwrap();
    let counts = |views, visitors| Counts { views, visitors, ..Counts::default() };
    assert_eq!(hours(store).await, [(0, counts(4, 2)), (1, counts(1, 1)), (24, counts(1, 1))]);
    assert_eq!(names(store, NameKind::Referrer).await, named(&[("", 3), ("from.example", 3)]));
    assert_eq!(names(store, NameKind::Device).await, named(&[("phone", 6)]));
    assert_eq!(names(store, NameKind::Browser).await, named(&[("Firefox", 6)]));
    let first_hour =
        Period::parse(Some("1970-01-01T00:00:00Z"), Some("1970-01-01T01:00:00Z"), Some("hour"), at(0));
    assert_eq!(store.list_number_hours(&profile_id("p_ada"), &first_hour.unwrap()).await.unwrap().len(), 1);
}

/// Studio, numbers
pub(crate) async fn bots_stand_apart_and_who_wants_privacy_is_only_counted(fixture: Fixture) {
    let fixture = with_page(fixture).await;
    let store = &fixture.store;
    let bot = View { audience: Audience::Bot, ..view(1, 1, None) };
    let private = View { audience: Audience::Private, ..view(2, 2, None) };
    store.insert_views(&[bot, private]).await.unwrap();
    assert_eq!(hours(store).await, [(0, Counts { views: 1, visitors: 1, bots: 1, ..Counts::default() })]);
    for kind in NameKind::ALL {
        assert!(names(store, kind).await.is_empty(), "{kind:?}");
    }
    // P3: every recorded view counts in the profile's total.
    assert_eq!(store.count_views(&profile_id("p_ada")).await.unwrap().total, 2);
}

/// Studio, numbers; M5
pub(crate) async fn clicks_and_plays_are_numbers_of_their_page(fixture: Fixture) {
    let fixture = with_page(fixture).await;
    let store = &fixture.store;
    let gone = Click { profile: profile_id("p_gone"), ..click("https://a.example/", 1) };
    store.insert_clicks(&[]).await.unwrap();
    store
        .insert_clicks(&[
            click("https://a.example/", 1),
            click("https://b.example/", HOUR),
            click("https://a.example/", HOUR + 1),
            gone,
        ])
        .await
        .unwrap();
    let isrc = Isrc::parse("USRC17607839").unwrap();
    let play = Play {
        profile: profile_id("p_ada"),
        owner: user(ADA),
        isrc,
        visitor: VisitorKey([1; 16]),
        at: at(HOUR),
    };
    store.insert_plays(&[play]).await.unwrap();
    let counts = |clicks, plays| Counts { clicks, plays, ..Counts::default() };
    assert_eq!(hours(store).await, [(0, counts(1, 0)), (1, counts(2, 1))]);
    assert_eq!(
        names(store, NameKind::Link).await,
        named(&[("https://a.example/", 2), ("https://b.example/", 1)])
    );
    assert_eq!(names(store, NameKind::Track).await, named(&[("USRC17607839", 1)]));
}

/// Studio, numbers
pub(crate) async fn made_up_names_find_an_end(fixture: Fixture) {
    let fixture = with_page(fixture).await;
    let store = &fixture.store;
    let batch = |round: usize| {
        let click = |number: usize| click(&format!("https://{}.example/", round * 150 + number), 1);
        (0..150).map(click).collect::<Vec<_>>()
    };
    for round in 0..4 {
        store.insert_clicks(&batch(round)).await.unwrap();
    }
    // A name that is known is counted on.
    store.insert_clicks(&[click("https://0.example/", 1)]).await.unwrap();
    let names = names(store, NameKind::Link).await;
    assert_eq!(names.iter().map(|(_, count)| count).sum::<u64>(), 601);
    assert_eq!(names[..2], named(&[("*", 300), ("https://0.example/", 2)]));
    assert_eq!(names.len(), 301);
}

/// Studio, numbers
pub(crate) async fn numbers_go_with_their_profile_and_its_owner(fixture: Fixture) {
    let fixture = with_page(fixture).await;
    let store = &fixture.store;
    let rows = "SELECT profile FROM number_hours UNION ALL SELECT profile FROM number_names";
    store.insert_views(&[view(1, 1, None)]).await.unwrap();
    assert_eq!(fixture.dump(rows).await.len(), 4);
    store.delete_profile(&profile_id("p_ada")).await.unwrap();
    assert!(fixture.dump(rows).await.is_empty());
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    store.insert_views(&[view(1, 1, None)]).await.unwrap();
    store.delete_user(&user(ADA)).await.unwrap();
    assert!(fixture.dump(rows).await.is_empty());
}
