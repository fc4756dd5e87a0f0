use nameplate_core::post::{Post, Privacy, PublicUpload};
use nameplate_store::{Conflict, Link, PostFilter, StoreError};

use crate::fixture::{ADA, BOB, Fixture, NOBODY, at, code, file, post, user};

/// A2
pub(crate) async fn a_post_is_found_with_its_files_in_order(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let album = Post {
        title: Some("Title".into()),
        description: Some("Description".into()),
        privacy: Privacy::Unlisted,
        views: 12,
        ..post("AbCd1234", ADA, 5, vec![file(3, 30), file(1, 10), file(2, 20)])
    };
    store.insert_post(&album).await.unwrap();
    store.insert_post(&post("ABCD1234", ADA, 6, vec![file(4, 40)])).await.unwrap();
    assert_eq!(store.find_post(&album.code).await.unwrap().as_ref(), Some(&album));
    assert_eq!(store.find_post(&code("abcd1234")).await.unwrap(), None);
    let name = &album.files[1].name;
    assert_eq!(store.find_post_by_file(&user(ADA), name).await.unwrap().as_ref(), Some(&album));
    assert_eq!(store.find_post_by_file(&user(BOB), name).await.unwrap(), None);
    assert_eq!(store.count_files(&user(ADA)).await.unwrap(), 4);
    assert_eq!(store.find_file_by_stem(&user(ADA), name.stem()).await.unwrap().as_ref(), Some(name));
    assert_eq!(store.find_file_by_stem(&user(BOB), name.stem()).await.unwrap(), None);
    let uploads = store.list_uploads(&user(ADA), 3).await.unwrap();
    let sizes: Vec<_> = uploads.iter().map(|upload| (upload.file.size, upload.is_album)).collect();
    assert_eq!(sizes, [(40, false), (30, true), (10, true)], "those of the newest post first");
    assert_eq!((&uploads[1].code, uploads[1].privacy), (&album.code, Privacy::Unlisted));
    assert_eq!(store.count_files(&user(BOB)).await.unwrap(), 0);
    let codes = store.list_posts_of(&user(ADA), 10, 0).await.unwrap();
    assert_eq!(codes.iter().map(|post| post.code.as_str()).collect::<Vec<_>>(), ["ABCD1234", "AbCd1234"]);
    assert_eq!(store.list_posts_of(&user(ADA), 10, 1).await.unwrap(), [album]);
}

/// U7
pub(crate) async fn only_public_unmoderated_posts_are_listed(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let posts = [
        post("pub1", ADA, 10, vec![file(1, 1)]),
        Post {
            title: Some("\"t\" \\ \n 🎈".into()), ..post("pub2", ADA, 30, vec![file(3, 1), file(2, 1)])
        },
        post("pub3", ADA, 20, vec![file(4, 1)]),
        Post { privacy: Privacy::Unlisted, ..post("unlisted", ADA, 40, vec![file(5, 1)]) },
        Post { privacy: Privacy::Private, ..post("private", ADA, 50, vec![file(6, 1)]) },
        Post { is_moderated: true, ..post("moderated", ADA, 60, vec![file(7, 1)]) },
        post("bobs", BOB, 70, vec![file(8, 1)]),
    ];
    for post in &posts {
        store.insert_post(post).await.unwrap();
    }
    let uploads = store.list_public_uploads(&user(ADA), 50).await.unwrap();
    assert_eq!(
        uploads.iter().map(|upload| upload.code.as_str()).collect::<Vec<_>>(),
        ["pub2", "pub3", "pub1"]
    );
    let first = PublicUpload {
        code: code("pub2"),
        file: file(3, 1).name,
        title: Some("\"t\" \\ \n 🎈".into()),
        description: None,
        created: at(30),
        is_album: true,
    };
    assert_eq!(uploads[0], first);
    assert!(!uploads[1].is_album);
    assert_eq!(store.list_public_uploads(&user(ADA), 1).await.unwrap().len(), 1);
    let with_uploads = async |ids: &[&str], limit| {
        let ids: Vec<_> = ids.iter().map(|id| user(id)).collect();
        let mut found = store.list_users_with_uploads(&ids, limit).await.unwrap();
        found.sort_by_key(|found| found.user.id);
        found.into_iter().map(|found| (found.user.id, found.uploads)).collect::<Vec<_>>()
    };
    let bobs = store.list_public_uploads(&user(BOB), 50).await.unwrap();
    assert_eq!(with_uploads(&[BOB, NOBODY, ADA], 50).await, [(user(ADA), uploads), (user(BOB), bobs)]);
    assert_eq!(with_uploads(&[ADA], 2).await[0].1.len(), 2);
    assert_eq!(with_uploads(&[NOBODY], 50).await, []);

    let note = async |name| store.find_moderation_note(&code(name)).await.unwrap();
    assert!(store.set_moderated(&code("pub2"), true, Some("spam")).await.unwrap());
    assert_eq!(note("pub2").await.as_deref(), Some("spam"));
    assert!(store.set_moderated(&code("moderated"), false, None).await.unwrap());
    assert!(!store.set_moderated(&code("none"), true, None).await.unwrap());
    assert_eq!((note("moderated").await, note("none").await), (None, None));
    assert_eq!(store.list_public_uploads(&user(ADA), 1).await.unwrap()[0].code, code("moderated"));
}

pub(crate) async fn a_code_and_a_file_name_are_taken_once(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    store.insert_post(&post("AbCd1234", ADA, 0, vec![file(1, 1)])).await.unwrap();
    let taken = store.insert_post(&post("AbCd1234", ADA, 0, vec![file(2, 1)])).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Code))), "{taken:?}");
    let taken = store.insert_post(&post("other", ADA, 0, vec![file(1, 1)])).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::File))), "{taken:?}");
    assert_eq!(store.find_post(&code("other")).await.unwrap(), None);
    let nobody = store.insert_post(&post("nobodys", NOBODY, 0, vec![file(9, 1)])).await;
    assert!(matches!(nobody, Err(StoreError::Conflict(Conflict::NoUser))), "{nobody:?}");
    store.insert_post(&post("bobs", BOB, 0, vec![file(1, 1)])).await.unwrap();
}

/// A2
pub(crate) async fn a_post_can_be_changed(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let before = post("AbCd1234", ADA, 0, vec![file(1, 1)]);
    store.insert_post(&before).await.unwrap();
    store.count_post_view(&before.code).await.unwrap();
    let after = Post { privacy: Privacy::Private, title: Some("new".into()), views: 1, ..before };
    assert!(store.update_post(&after).await.unwrap());
    assert_eq!(store.find_post(&after.code).await.unwrap().as_ref(), Some(&after));
    assert!(store.list_public_uploads(&user(ADA), 50).await.unwrap().is_empty());
    assert!(store.delete_post(&after).await.unwrap());
    assert!(!store.delete_post(&after).await.unwrap());
    assert!(!store.update_post(&after).await.unwrap());
    assert_eq!(store.count_files(&user(ADA)).await.unwrap(), 0);
}

/// A2
pub(crate) async fn the_last_file_takes_the_post_with_it(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    store.insert_post(&post("AbCd1234", ADA, 0, vec![file(1, 1), file(2, 2)])).await.unwrap();
    assert!(!store.delete_file(&user(BOB), &file(1, 1).name).await.unwrap());
    assert!(store.delete_file(&ada, &file(1, 1).name).await.unwrap());
    assert_eq!(store.find_post(&code("AbCd1234")).await.unwrap().unwrap().files, [file(2, 2)]);
    let upload = store.list_public_uploads(&ada, 1).await.unwrap().remove(0);
    assert_eq!((upload.file, upload.is_album), (file(2, 2).name, false));
    assert!(store.delete_file(&ada, &file(2, 2).name).await.unwrap());
    assert_eq!(store.find_post(&code("AbCd1234")).await.unwrap(), None);
    assert!(!store.delete_file(&ada, &file(2, 2).name).await.unwrap());
}

/// What fits one database must fit the other, or an instance could not move.
pub(crate) async fn a_text_too_long_for_an_index_is_refused(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let with = |code, description: String| Post {
        description: Some(description),
        ..post(code, ADA, 0, vec![file(1, 1)])
    };
    // Varied, so that it cannot be compressed.
    let varied: String = (0..800).filter_map(|n| char::from_u32(0x4e00 + n * 17)).collect();
    assert_eq!(varied.len(), 2400);
    fixture.store.insert_post(&with("fits", varied.clone())).await.unwrap();
    assert_eq!(
        fixture.store.find_post(&code("fits")).await.unwrap().unwrap().description,
        Some(varied.clone())
    );
    let long = fixture.store.insert_post(&with("long", varied + "x")).await;
    assert!(matches!(long, Err(StoreError::Unsupported(_))), "{long:?}");
}

/// A7
pub(crate) async fn a_short_link_is_found_until_it_is_deleted(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let link = Link {
        code: code("AbCd1234"),
        owner: user(ADA),
        target: "https://example.org/?q=1".into(),
        created: at(3),
    };
    fixture.store.insert_link(&link).await.unwrap();
    let taken = fixture.store.insert_link(&link).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Code))), "{taken:?}");
    assert_eq!(fixture.store.find_link(&link.code).await.unwrap().as_ref(), Some(&link));
    assert!(fixture.store.delete_link(&link.code).await.unwrap());
    assert_eq!(fixture.store.find_link(&link.code).await.unwrap(), None);
}

pub(crate) async fn an_owner_searches_the_owners_posts(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    let titled = |text: &str, title: &str, privacy, number: u32| {
        let mut post = post(text, ADA, number.into(), vec![file(number, 1)]);
        (post.title, post.privacy) = (Some(title.into()), privacy);
        post
    };
    for post in [
        titled("code0001", "A cat", Privacy::Public, 1),
        titled("code0002", "Two CATS", Privacy::Private, 2),
        titled("code0003", "100% dog_s", Privacy::Public, 3),
    ] {
        store.insert_post(&post).await.unwrap();
    }
    let found = async |privacy, text: &str| {
        let only = PostFilter { privacy, text: text.into() };
        let (posts, count) = store.list_some_posts_of(&user(ADA), &only, 2, 0).await.unwrap();
        (posts.iter().map(|post| post.code.to_string()).collect::<Vec<_>>().join(" "), count)
    };
    assert_eq!(found(None, "").await, ("code0003 code0002".into(), 3));
    assert_eq!(found(None, " cat ").await, ("code0002 code0001".into(), 2));
    assert_eq!(found(Some(Privacy::Public), "cat").await, ("code0001".into(), 1));
    assert_eq!(found(None, "CODE0003").await, ("code0003".into(), 1));
    assert_eq!(found(None, "0% d").await.1, 1, "signs of patterns stand for themselves");
    assert_eq!((found(None, "%").await.1, found(None, "_").await.1, found(None, "c_t").await.1), (1, 1, 0));
}
