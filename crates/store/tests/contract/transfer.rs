use nameplate_core::plan::Usage;
use nameplate_core::post::{Post, Privacy};
use nameplate_core::profile::{Page, Profile};
use nameplate_core::secret::{Email, KeyKind, MusicKey};
use nameplate_core::transfer::{Account, Instance, InstanceFile};
use nameplate_core::user::User;
use nameplate_store::{ImportError, Imported, Store};

use crate::fixture::{
    ADA, BOB, Fixture, NOBODY, at, code, file, host, key, page, post, profile, profile_id, user,
};
use crate::users::full_user;

fn account(user: User) -> Account {
    Account { user, api_key: None, relay_key: None, music_key: None, email: None, blocks: Vec::new() }
}

fn instance() -> Instance {
    let ada = Account {
        api_key: Some(key('a')),
        relay_key: Some(key('r')),
        music_key: Some(MusicKey::parse("upstream key").unwrap()),
        email: Some(Email::parse("ada@example.org").unwrap()),
        blocks: vec![user(NOBODY), user(BOB)],
        ..account(full_user(ADA))
    };
    let bob = account(User::new(user(BOB), "bob".into(), at(5)));
    let own = Page {
        draft: Some(serde_json::json!({"schema": 1, "d": 2})),
        published_at: Some(at(3_000)),
        ..Page::new(Profile {
            is_verified: true,
            content: Some(serde_json::json!({"schema": 1, "z": 1, "a": [1.5, "\u{e9}"]})),
            publish_at: Some(at(66)),
            expires_at: Some(at(77)),
            deleted_at: Some(at(88)),
            ..profile("p_own", ADA, "ada.example")
        })
    };
    let album = Post {
        title: Some("t".into()),
        description: Some("d".into()),
        privacy: Privacy::Unlisted,
        is_moderated: true,
        views: 3,
        ..post("AbCd1234", BOB, 4, vec![file(2, 20), file(1, 10)])
    };
    Instance {
        accounts: vec![ada, bob],
        profiles: vec![page("p_ada", ADA, "ada.localhost"), own],
        posts: vec![album, post("zzzz", ADA, 1, vec![file(1, 5)])],
    }
}

async fn import(store: &Store, instance: &Instance) -> Result<(), ImportError> {
    store.import(instance, at(9), |_| ()).await
}

/// As the file shows it.
fn text(instance: Instance) -> String {
    serde_json::to_string(&InstanceFile::from(instance)).unwrap()
}

async fn exported(store: &Store) -> String {
    text(store.export().await.unwrap())
}

/// W2
pub(crate) async fn an_instance_comes_back_as_it_went_in(fixture: Fixture) {
    let mut told = Vec::new();
    fixture.store.import(&instance(), at(9), |imported| told.push(imported)).await.unwrap();
    let last = told.last().unwrap();
    assert_eq!(last.done, last.total);
    assert!(told.is_sorted_by_key(|Imported { done, .. }| *done));
    let mut expected = instance();
    expected.accounts[0].blocks.sort();
    assert_eq!(exported(&fixture.store).await, text(expected));
    assert_eq!(
        fixture.store.find_user_by_key(KeyKind::Relay, &key('r')).await.unwrap().unwrap(),
        full_user(ADA)
    );
    assert_eq!(fixture.store.find_music_key(&user(ADA)).await.unwrap().unwrap().expose(), "upstream key");
}

/// W2
pub(crate) async fn an_import_of_an_export_changes_nothing(fixture: Fixture) {
    let store = &fixture.store;
    import(store, &instance()).await.unwrap();
    store.insert_block(&user(BOB), &user(ADA), at(1)).await.unwrap();
    let before = exported(store).await;
    import(store, &store.export().await.unwrap()).await.unwrap();
    assert_eq!(exported(store).await, before);
    assert_eq!(store.list_blocks(&user(BOB)).await.unwrap()[0].created, at(1));
    import(store, &Instance::default()).await.unwrap();
    assert_eq!(exported(store).await, before);
}

/// W2
pub(crate) async fn an_import_replaces_rows_with_the_same_id(fixture: Fixture) {
    let store = &fixture.store;
    import(store, &instance()).await.unwrap();
    let next = Instance {
        accounts: vec![Account {
            blocks: vec![user(BOB)],
            ..account(User::new(user(ADA), "new".into(), at(1)))
        }],
        profiles: vec![Page::new(Profile { is_public: false, ..profile("p_ada", BOB, "new.localhost") })],
        posts: vec![post("AbCd1234", ADA, 8, vec![file(3, 30)])],
    };
    import(store, &next).await.unwrap();
    let ada = store.find_account(&user(ADA)).await.unwrap().unwrap();
    assert_eq!(ada.user, User::new(user(ADA), "new".into(), at(1)));
    assert_eq!(ada.user.usage, Usage::default());
    assert!(
        ada.api_key.is_none() && ada.relay_key.is_none() && ada.music_key.is_none() && ada.email.is_none()
    );
    assert_eq!(ada.blocks, [user(BOB)]);
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('a')).await.unwrap(), None);
    let (profile, owner) = store.find_profile_by_domain(&host("new.localhost")).await.unwrap().unwrap();
    assert_eq!((profile.id, profile.is_public, owner.id), (profile_id("p_ada"), false, user(BOB)));
    assert_eq!(store.find_profile_by_domain(&host("ada.localhost")).await.unwrap(), None);
    assert_eq!(store.find_post(&code("AbCd1234")).await.unwrap().unwrap(), next.posts[0]);
    // What the file does not name stays.
    assert!(store.find_profile(&profile_id("p_own")).await.unwrap().is_some());
    assert_eq!(store.find_user(&user(BOB)).await.unwrap().unwrap().username, "bob");
    assert_eq!(store.count_files(&user(BOB)).await.unwrap(), 0);
}

/// W2
pub(crate) async fn an_import_may_swap_what_must_be_unique(fixture: Fixture) {
    let store = &fixture.store;
    let mut swapped = instance();
    import(store, &swapped).await.unwrap();
    swapped.profiles[0].profile.domain = host("ada.example");
    swapped.profiles[1].profile.domain = host("ada.localhost");
    swapped.accounts[1].api_key = swapped.accounts[0].api_key.take();
    let name = swapped.posts[0].files[0].name.clone();
    swapped.posts[0].files[0].name = swapped.posts[0].files[1].name.clone();
    swapped.posts[0].files[1].name = name;
    import(store, &swapped).await.unwrap();
    assert_eq!(
        store.find_profile_by_domain(&host("ada.localhost")).await.unwrap().unwrap().0.id,
        profile_id("p_own")
    );
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('a')).await.unwrap().unwrap().id, user(BOB));
}

/// W2
pub(crate) async fn a_conflict_names_its_row_and_imports_nothing(fixture: Fixture) {
    let store = &fixture.store;
    import(store, &instance()).await.unwrap();
    let before = exported(store).await;
    let eve = || account(User::new(user(NOBODY), "eve".into(), at(1)));
    let lists = |accounts, profiles, posts| Instance { accounts, profiles, posts };
    let long = Post { title: Some("x".repeat(2401)), ..post("long", NOBODY, 1, vec![file(1, 1)]) };
    let cases = [
        (lists(vec![Account { api_key: Some(key('a')), ..eve() }], vec![], vec![]), "users[0].apiKey"),
        (lists(vec![Account { relay_key: Some(key('r')), ..eve() }], vec![], vec![]), "users[0].relayKey"),
        (lists(vec![eve()], vec![page("p_eve", NOBODY, "ada.example")], vec![]), "profiles[0].domain"),
        (
            lists(vec![], vec![page("p_1", ADA, "x.localhost"), page("p_2", NOBODY, "y.localhost")], vec![]),
            "profiles[1].owner",
        ),
        (lists(vec![], vec![], vec![post("eves", NOBODY, 1, vec![file(9, 1)])]), "posts[0].owner"),
        (lists(vec![], vec![], vec![post("adas", ADA, 1, vec![file(1, 1)])]), "posts[0].files"),
        (
            lists(
                vec![],
                vec![],
                vec![post("one1", BOB, 1, vec![file(8, 1)]), post("two2", BOB, 1, vec![file(8, 1)])],
            ),
            "posts[1].files",
        ),
        (lists(vec![eve()], vec![], vec![long]), "posts[0].description"),
    ];
    for (instance, place) in cases {
        let fault = import(store, &instance).await.unwrap_err();
        assert!(matches!(&fault, ImportError::Conflict(_)), "{place}: {fault:?}");
        assert!(fault.to_string().starts_with(&format!("{place}: ")), "{place}: {fault}");
        assert_eq!(exported(store).await, before, "{place}");
    }
}

/// W2
pub(crate) async fn an_import_larger_than_a_chunk_is_whole(fixture: Fixture) {
    const USERS: usize = 1_200;
    let id = |number: usize| format!("{:018}", 100_000_000_000_000_000 + number);
    let instance = Instance {
        accounts: (0..USERS)
            .map(|number| Account {
                api_key: Some(nameplate_core::secret::AccountKey::parse(&format!("{number:032}")).unwrap()),
                ..account(User::new(user(&id(number)), format!("user{number}"), at(1)))
            })
            .collect(),
        profiles: (0..USERS)
            .map(|number| page(&format!("p{number:05}"), &id(number), &format!("u{number}.localhost")))
            .collect(),
        posts: (0..USERS)
            .map(|number| post(&format!("p{number:07}"), &id(number), 1, vec![file(1, 1)]))
            .collect(),
    };
    import(&fixture.store, &instance).await.unwrap();
    let found = fixture.store.export().await.unwrap();
    assert_eq!((found.accounts.len(), found.profiles.len(), found.posts.len()), (USERS, USERS, USERS));
    assert_eq!(text(found), text(instance.clone()));
    // A conflict far behind the first chunk names its own place.
    let taken = Instance {
        profiles: (0..1_200)
            .map(|number| {
                let domain =
                    if number == 1_100 { "u1150.localhost".into() } else { format!("n{number}.localhost") };
                page(&format!("q{number}"), &id(0), &domain)
            })
            .collect(),
        ..Instance::default()
    };
    let fault = import(&fixture.store, &taken).await.unwrap_err();
    assert!(fault.to_string().starts_with("profiles[1100].domain: "), "{fault}");
}
