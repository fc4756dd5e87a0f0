use nameplate_core::secret::{KeyKind, MusicKey};
use nameplate_store::{Conflict, StoreError};

use crate::fixture::{ADA, BOB, Fixture, NOBODY, key, open, user};

/// U1, U13
pub(crate) async fn a_user_is_found_by_each_key_on_its_own_host_only(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    store.set_key(&ada, KeyKind::Relay, Some(&key('r'))).await.unwrap();
    store.set_key(&ada, KeyKind::Api, Some(&key('a'))).await.unwrap();
    let found =
        async |kind, letter| store.find_user_by_key(kind, &key(letter)).await.unwrap().map(|user| user.id);
    assert_eq!(found(KeyKind::Relay, 'r').await, Some(ada));
    assert_eq!(found(KeyKind::Api, 'a').await, Some(ada));
    assert_eq!(found(KeyKind::Relay, 'a').await, None);
    assert_eq!(found(KeyKind::Api, 'r').await, None);
    assert_eq!(found(KeyKind::Api, 'R').await, None);

    let account = store.find_account(&ada).await.unwrap().unwrap();
    assert_eq!((account.relay_key, account.api_key), (Some(key('r')), Some(key('a'))));
    assert!(account.music_key.is_none());
}

/// U13
pub(crate) async fn a_new_key_ends_the_old_one(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    for letter in ['o', 'n'] {
        store.set_key(&ada, KeyKind::Api, Some(&key(letter))).await.unwrap();
    }
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('o')).await.unwrap(), None);
    assert!(store.find_user_by_key(KeyKind::Api, &key('n')).await.unwrap().is_some());
    store.set_key(&ada, KeyKind::Api, None).await.unwrap();
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('n')).await.unwrap(), None);
    assert!(store.find_account(&ada).await.unwrap().unwrap().api_key.is_none());
}

/// U13
pub(crate) async fn a_key_belongs_to_one_user(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.set_key(&user(ADA), KeyKind::Api, Some(&key('k'))).await.unwrap();
    let second = store.set_key(&user(BOB), KeyKind::Api, Some(&key('k'))).await;
    assert!(matches!(second, Err(StoreError::Conflict(Conflict::Key))), "{second:?}");
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('k')).await.unwrap().unwrap().id, user(ADA));
    let nobody = store.set_key(&user(NOBODY), KeyKind::Api, Some(&key('x'))).await;
    assert!(matches!(nobody, Err(StoreError::Conflict(Conflict::NoUser))), "{nobody:?}");
}

/// U13, M4
pub(crate) async fn no_key_stands_in_the_database_in_clear(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.set_key(&user(ADA), KeyKind::Relay, Some(&key('r'))).await.unwrap();
    store.set_key(&user(ADA), KeyKind::Api, Some(&key('a'))).await.unwrap();
    store.set_music_key(&user(ADA), Some(&MusicKey::parse("the upstream's key").unwrap())).await.unwrap();
    let secrets = fixture.dump("SELECT owner || kind || sealed || COALESCE(lookup, '') FROM secrets").await;
    assert_eq!(secrets.len(), 3);
    // Not even in a file that the database keeps beside its tables.
    let files = fixture.folder().map(|folder| std::fs::read_dir(folder).unwrap()).into_iter().flatten();
    let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    for bytes in files.chain(secrets.into_iter().map(String::into_bytes)) {
        for secret in ["r".repeat(32), "a".repeat(32), "the upstream's key".into()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

/// U13
pub(crate) async fn a_ciphertext_moved_to_another_user_opens_for_nobody(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (id, letter) in [(ADA, 'a'), (BOB, 'b')] {
        store.set_key(&user(id), KeyKind::Api, Some(&key(letter))).await.unwrap();
    }
    let moved = "UPDATE secrets SET sealed = (SELECT s.sealed FROM secrets s WHERE s.owner = '987654321098765432') \
                 WHERE owner = '123456789012345678' RETURNING owner";
    assert_eq!(fixture.dump(moved).await, [ADA]);
    for letter in ['a', 'b'] {
        let found = store.find_user_by_key(KeyKind::Api, &key(letter)).await.unwrap();
        assert_eq!(found.map(|user| user.id), (letter == 'b').then(|| user(BOB)));
    }
    assert!(store.find_account(&user(ADA)).await.unwrap().unwrap().api_key.is_none());
    assert!(matches!(store.export().await, Err(StoreError::Corrupt(_))));
}

/// M1, M5
pub(crate) async fn a_music_key_is_found_only_while_music_is_enabled(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    let found = async || store.find_music_key(&ada).await.unwrap().map(|key| key.expose().to_owned());
    store.set_music_key(&ada, Some(&MusicKey::parse("one").unwrap())).await.unwrap();
    assert_eq!(found().await, None);
    assert!(store.set_music_enabled(&ada, true).await.unwrap());
    assert_eq!(found().await.as_deref(), Some("one"));
    store.set_music_key(&ada, Some(&MusicKey::parse("two").unwrap())).await.unwrap();
    assert_eq!(found().await.as_deref(), Some("two"));
    store.set_music_key(&ada, None).await.unwrap();
    assert_eq!(found().await, None);
    // Two owners may well have the same key at the worker.
    for id in [ADA, BOB] {
        store.set_music_key(&user(id), Some(&MusicKey::parse("shared").unwrap())).await.unwrap();
    }
}

/// U13
pub(crate) async fn another_root_secret_is_refused(fixture: Fixture) {
    let other = open(&fixture.config, 2);
    assert!(matches!(other.migrate().await, Err(StoreError::WrongRootSecret)));
    open(&fixture.config, 1).migrate().await.unwrap();
}
