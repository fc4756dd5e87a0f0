use nameplate_core::secret::Token;
use nameplate_store::{LoginLink, Session};

use crate::fixture::{ADA, BOB, Fixture, NOBODY, at, user};

fn token(letter: char) -> Token {
    Token::parse(&letter.to_string().repeat(Token::LENGTH)).unwrap()
}

fn session(id: &str, owner: &str, seen: i64) -> Session {
    Session {
        id: id.into(),
        owner: user(owner),
        created: at(1_000),
        last_seen: at(seen),
        agent: Some("Firefox".into()),
    }
}

/// T15
pub(crate) async fn a_session_is_found_by_its_token_and_kept_as_a_hash(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    let ada = session("a", ADA, 2_000);
    store.insert_session(&ada, &token('a')).await.unwrap();
    assert_eq!(store.find_session(&token('a')).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.find_session(&token('b')).await.unwrap(), None);
    store.touch_session("a", at(9_000)).await.unwrap();
    assert_eq!(store.find_session(&token('a')).await.unwrap().unwrap().last_seen, at(9_000));
    assert!(store.insert_session(&session("n", NOBODY, 0), &token('n')).await.is_err());
    store.delete_user(&user(ADA)).await.unwrap();
    assert_eq!(store.find_session(&token('a')).await.unwrap(), None, "it goes with its user");
}

/// T15
pub(crate) async fn no_token_stands_in_the_database_in_clear(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    fixture.store.insert_session(&session("a", ADA, 0), &token('a')).await.unwrap();
    fixture.store.insert_login_link(&token('l'), LoginLink::FirstRun, at(0), at(9)).await.unwrap();
    let found = fixture.dump("SELECT token FROM sessions UNION SELECT token FROM login_links").await;
    assert_eq!(found.len(), 2);
    assert!(!found.iter().any(|text| text.contains("aaaaa") || text.contains("lllll")), "{found:?}");
}

pub(crate) async fn a_user_ends_ones_own_sessions_and_nobody_elses(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    for (id, owner, letter, seen) in
        [("a", ADA, 'a', 1), ("b", ADA, 'b', 3), ("c", ADA, 'c', 2), ("d", BOB, 'd', 4)]
    {
        store.insert_session(&session(id, owner, seen), &token(letter)).await.unwrap();
    }
    let ids = async || -> String {
        store.list_sessions(&user(ADA)).await.unwrap().into_iter().map(|session| session.id).collect()
    };
    assert_eq!(ids().await, "bca", "the last one seen first");
    assert!(!store.delete_session(&user(ADA), "d").await.unwrap());
    assert!(store.delete_session(&user(ADA), "b").await.unwrap());
    assert!(!store.delete_session(&user(ADA), "b").await.unwrap());
    assert_eq!(ids().await, "ca");
    assert!(store.delete_other_sessions(&user(ADA), "a").await.unwrap());
    assert_eq!(ids().await, "a");
    assert!(store.find_session(&token('d')).await.unwrap().is_some());
}

pub(crate) async fn what_has_ended_is_cleared_away(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    store.insert_session(&session("a", ADA, 5_000), &token('a')).await.unwrap();
    store.insert_session(&session("b", ADA, 9_000), &token('b')).await.unwrap();
    store.delete_ended_sessions(at(5_000), at(0), at(0)).await.unwrap();
    assert!(store.find_session(&token('a')).await.unwrap().is_none());
    assert!(store.find_session(&token('b')).await.unwrap().is_some());
    store.delete_ended_sessions(at(0), at(1_000), at(0)).await.unwrap();
    assert!(store.find_session(&token('b')).await.unwrap().is_none(), "too old, however busy");
}

pub(crate) async fn a_login_link_is_used_once_and_in_its_time(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    let of_ada = LoginLink::Of(user(ADA));
    store.insert_login_link(&token('a'), of_ada, at(0), at(100)).await.unwrap();
    store.insert_login_link(&token('f'), LoginLink::FirstRun, at(0), at(100)).await.unwrap();
    assert_eq!(store.find_login_link(&token('a'), at(99)).await.unwrap(), Some(of_ada));
    assert_eq!(store.find_login_link(&token('a'), at(100)).await.unwrap(), None);
    assert_eq!(store.take_login_link(&token('a'), at(100)).await.unwrap(), None);
    assert_eq!(store.take_login_link(&token('a'), at(99)).await.unwrap(), Some(of_ada));
    assert_eq!(store.take_login_link(&token('a'), at(99)).await.unwrap(), None, "used");
    assert_eq!(store.take_login_link(&token('f'), at(99)).await.unwrap(), Some(LoginLink::FirstRun));
    assert!(store.insert_login_link(&token('n'), LoginLink::Of(user(NOBODY)), at(0), at(9)).await.is_err());
}

pub(crate) async fn an_operator_is_found(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    assert!(!store.has_operator().await.unwrap());
    assert!(store.set_operator(&user(ADA), true).await.unwrap());
    assert!(store.has_operator().await.unwrap());
    assert!(store.find_user(&user(ADA)).await.unwrap().unwrap().is_operator);
    assert!(!store.set_operator(&user(NOBODY), true).await.unwrap());
}
