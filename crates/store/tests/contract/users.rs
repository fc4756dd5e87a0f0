use nameplate_core::plan::{Plan, Subscription, SubscriptionStatus, Usage};
use nameplate_core::presence::ActivityPreference;
use nameplate_core::secret::{Email, KeyKind};
use nameplate_core::user::{CustomEmbed, User};
use nameplate_store::{Badge, Conflict, StoreError};

use crate::fixture::{ADA, BOB, Fixture, NOBODY, at, file, key, post, profile, user};

/// A user of whom every field has a value that no other field could be mistaken for.
pub(crate) fn full_user(id: &str) -> User {
    let socials =
        r#"{"github":"https://github.com/ada","X":"https://x.com/ada","bluesky":"https://bsky.app/ada"}"#;
    User {
        nickname: Some("Ada \"the\" Countess 🎩".into()),
        bio: Some("line one\nline two\t\\ é".into()),
        avatar: Some("https://i.localhost/avatars/a.png".into()),
        banner: Some("https://i.localhost/banners/b.png".into()),
        socials: Some(serde_json::from_str(socials).unwrap()),
        is_verified: true,
        is_partner: true,
        is_operator: true,
        bug_hunter_tier: Some(2),
        theme: Some("waterfall".into()),
        custom_embed: Some(CustomEmbed { title: Some("%{post_title}".into()), ..CustomEmbed::default() }),
        subscription: Subscription {
            plan: Plan::Plus,
            status: Some(SubscriptionStatus::PastDue),
            started_at: Some(at(1_700_000_000_123)),
            expires_at: Some(at(1_800_000_000_456)),
            cancel_at_period_end: true,
            gifted: false,
        },
        usage: Usage { used: 5_242_880_000_000, window_start: Some(at(1_750_000_000_789)) },
        shares_presence: true,
        activity_preference: preference(),
        is_music_enabled: true,
        ..User::new(user(id), "ada".into(), at(1_600_000_000_001))
    }
}

fn preference() -> ActivityPreference {
    serde_json::from_str(r#"{"prefer":"listening","hide":["Visual Studio Code"]}"#).unwrap()
}

pub(crate) async fn a_user_is_found_as_it_was_inserted(fixture: Fixture) {
    let (plain, full) = (User::new(user(BOB), "bob".into(), at(-5)), full_user(ADA));
    for user in [&plain, &full] {
        fixture.store.insert_user(user).await.unwrap();
        assert_eq!(fixture.store.find_user(&user.id).await.unwrap().as_ref(), Some(user));
    }
    // The links stay in the order in which they were given.
    let socials = fixture.store.find_user(&full.id).await.unwrap().unwrap().socials.unwrap();
    assert_eq!(socials.keys().collect::<Vec<_>>(), ["github", "X", "bluesky"]);
}

pub(crate) async fn an_id_is_taken_once(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let again = fixture.store.insert_user(&User::new(user(ADA), "eve".into(), at(0))).await;
    assert!(matches!(again, Err(StoreError::Conflict(Conflict::User))), "{again:?}");
    assert_eq!(fixture.store.find_user(&user(ADA)).await.unwrap().unwrap().username, "ada");
}

pub(crate) async fn users_are_listed_in_pages(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let first = fixture.store.list_users(None, 1).await.unwrap();
    assert_eq!(first[0].id, user(ADA));
    let second = fixture.store.list_users(Some(&first[0].id), 10).await.unwrap();
    assert_eq!(second.iter().map(|user| user.username.as_str()).collect::<Vec<_>>(), ["bob"]);
    assert!(fixture.store.list_users(Some(&user(BOB)), 10).await.unwrap().is_empty());
}

/// A1
pub(crate) async fn a_user_changes_what_is_the_users_own(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let changed = User { username: "countess".into(), ..full_user(ADA) };
    let before = fixture.store.find_user(&user(ADA)).await.unwrap();
    let old = fixture.store.edit_user(&user(ADA), |user| *user = changed.clone()).await.unwrap();
    assert_eq!(old, before);
    let found = fixture.store.find_user(&user(ADA)).await.unwrap().unwrap();
    assert_eq!(found.username, "countess");
    assert_eq!(found.nickname, changed.nickname);
    assert_eq!(found.bio, changed.bio);
    assert_eq!((found.avatar, found.banner), (changed.avatar, changed.banner));
    assert_eq!((found.socials, found.custom_embed), (changed.socials, changed.custom_embed));
    assert_eq!(found.activity_preference, preference());
    // A plan and badges are not the user's to change.
    assert_eq!((found.subscription.plan, found.is_verified), (Plan::Free, false));

    assert!(fixture.store.set_theme(&user(ADA), Some("waterfall")).await.unwrap());
    assert!(fixture.store.set_presence_sharing(&user(ADA), true).await.unwrap());
    let found = fixture.store.find_user(&user(ADA)).await.unwrap().unwrap();
    assert_eq!((found.theme.as_deref(), found.shares_presence), (Some("waterfall"), true));
    assert!(fixture.store.set_theme(&user(ADA), None).await.unwrap());
    assert_eq!(fixture.store.find_user(&user(ADA)).await.unwrap().unwrap().theme, None);
    assert_eq!(fixture.store.find_user(&user(BOB)).await.unwrap().unwrap().username, "bob");
}

/// A1
pub(crate) async fn a_name_is_taken_once_whatever_its_case(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let rename = async |id, name: &str| {
        let name = name.to_owned();
        fixture.store.edit_user(&user(id), move |user| user.username = name).await
    };
    for name in ["bob", "BoB"] {
        let taken = rename(ADA, name).await;
        assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Username))), "{taken:?}");
    }
    assert!(rename(ADA, "ADA").await.unwrap().is_some(), "one's own name in another case");
    let (first, second) = tokio::join!(rename(ADA, "countess"), rename(BOB, "Countess"));
    assert_eq!([first, second].iter().filter(|renamed| renamed.is_ok()).count(), 1);
}

/// A1
pub(crate) async fn changes_of_one_user_at_the_same_time_are_all_kept(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    let (bio, name) = tokio::join!(
        store.edit_user(&ada, |user| user.bio = Some("bio".into())),
        store.edit_user(&ada, |user| user.nickname = Some("name".into()))
    );
    assert!(bio.unwrap().is_some() && name.unwrap().is_some());
    let found = store.find_user(&ada).await.unwrap().unwrap();
    assert_eq!((found.bio.as_deref(), found.nickname.as_deref()), (Some("bio"), Some("name")));
}

/// A1
pub(crate) async fn an_address_is_sealed_and_found_with_the_account(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    let email = async || store.find_account(&ada).await.unwrap().unwrap().email;
    store.set_email(&ada, Some(&Email::parse("ada@example.org").unwrap())).await.unwrap();
    assert_eq!(email().await.unwrap().expose(), "ada@example.org");
    store.set_email(&ada, None).await.unwrap();
    assert!(email().await.is_none());
}

/// W3
pub(crate) async fn an_operator_changes_what_is_the_operators(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    let plan = full_user(ADA).subscription;
    assert!(store.set_subscription(&ada, &plan).await.unwrap());
    assert!(store.set_suspended(&ada, true).await.unwrap());
    let badges = [
        Badge::Verified(true),
        Badge::Staff(true),
        Badge::Partner(true),
        Badge::Translator(true),
        Badge::BugHunter(Some(1)),
    ];
    for badge in badges {
        assert!(store.set_badge(&ada, badge).await.unwrap());
    }
    let found = store.find_user(&ada).await.unwrap().unwrap();
    assert_eq!(found.subscription, plan);
    assert!(
        found.is_suspended && found.is_verified && found.is_staff && found.is_partner && found.is_translator
    );
    assert_eq!(found.bug_hunter_tier, Some(1));

    assert!(store.set_badge(&ada, Badge::Staff(false)).await.unwrap());
    assert!(store.set_badge(&ada, Badge::BugHunter(None)).await.unwrap());
    assert!(store.set_suspended(&ada, false).await.unwrap());
    let found = store.find_user(&ada).await.unwrap().unwrap();
    assert!(!found.is_staff && found.is_partner && !found.is_suspended && found.bug_hunter_tier.is_none());
}

/// S4
pub(crate) async fn only_users_who_share_are_listed_as_sharing(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let everybody = [user(BOB), user(NOBODY), user(ADA)];
    assert!(fixture.store.list_sharing(&everybody).await.unwrap().is_empty());
    for id in [ADA, BOB] {
        fixture.store.set_presence_sharing(&user(id), true).await.unwrap();
    }
    assert_eq!(fixture.store.list_sharing(&everybody).await.unwrap(), [user(ADA), user(BOB)]);
    assert_eq!(fixture.store.list_sharing(&[user(BOB)]).await.unwrap(), [user(BOB)]);
    assert!(fixture.store.list_sharing(&[]).await.unwrap().is_empty());
    let prefer = |user: &mut User| user.activity_preference = preference();
    fixture.store.edit_user(&user(BOB), prefer).await.unwrap();
    let first = fixture.store.list_sharers(None, 1).await.unwrap();
    assert_eq!(first, [(user(ADA), ActivityPreference::default())]);
    let second = fixture.store.list_sharers(Some(&user(ADA)), 10).await.unwrap();
    assert_eq!(second, [(user(BOB), preference())]);
    fixture.store.set_suspended(&user(BOB), true).await.unwrap();
    assert_eq!(fixture.store.list_sharing(&everybody).await.unwrap(), [user(ADA)]);
    assert_eq!(fixture.store.list_sharers(None, 10).await.unwrap(), first);
}

/// W3
pub(crate) async fn a_deleted_user_takes_everything_along(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada) = (&fixture.store, user(ADA));
    store.set_key(&ada, KeyKind::Api, Some(&key('a'))).await.unwrap();
    store.insert_profile(&profile("p_ada", ADA, "ada.localhost")).await.unwrap();
    store.insert_post(&post("AbCd1234", ADA, 0, vec![file(1, 1)])).await.unwrap();
    store.insert_profile(&profile("p_bob", BOB, "bob.localhost")).await.unwrap();
    assert!(store.delete_user(&ada).await.unwrap());
    assert!(!store.delete_user(&ada).await.unwrap());
    assert_eq!(store.find_user_by_key(KeyKind::Api, &key('a')).await.unwrap(), None);
    let left = store.export().await.unwrap();
    assert_eq!((left.accounts.len(), left.profiles.len(), left.posts.len()), (1, 1, 0));
}

pub(crate) async fn what_is_not_there_is_not_an_error(fixture: Fixture) {
    let (store, nobody) = (&fixture.store, user(NOBODY));
    assert_eq!(store.find_user(&nobody).await.unwrap(), None);
    assert_eq!(store.find_user_face(&nobody, &user(ADA)).await.unwrap(), None);
    assert!(store.find_account(&nobody).await.unwrap().is_none());
    assert_eq!(store.edit_user(&nobody, |user| user.bio = None).await.unwrap(), None);
    assert!(!store.set_suspended(&nobody, true).await.unwrap());
    assert!(!store.set_theme(&nobody, None).await.unwrap());
    assert!(!store.set_subscription(&nobody, &Subscription::default()).await.unwrap());
    assert!(!store.set_badge(&nobody, Badge::BugHunter(Some(1))).await.unwrap());
    assert!(store.list_users(None, 10).await.unwrap().is_empty());
    store.ping().await.unwrap();
    assert!(store.schema_version().await.unwrap() >= 1);
}

pub(crate) async fn a_database_of_a_newer_version_is_left_alone(fixture: Fixture) {
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', true, '', 0) RETURNING description";
    fixture.dump(later).await;
    let migrated = fixture.store.migrate().await;
    fixture.dump("DELETE FROM _sqlx_migrations WHERE version = 9999 RETURNING description").await;
    assert!(matches!(migrated, Err(StoreError::Unsupported(_))), "{migrated:?}");
    fixture.store.migrate().await.unwrap();
}

/// A1
pub(crate) async fn somebody_new_gets_a_name_that_nobody_has(fixture: Fixture) {
    let Fixture { store, .. } = &fixture.with_users().await;
    let newcomer = |id: &str, name: &str| User::new(user(id), name.into(), at(0));
    let taken = store.register_user(&newcomer(NOBODY, "ADA")).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::Username))), "{taken:?}");
    let there = store.register_user(&newcomer(BOB, "bobby")).await;
    assert!(matches!(there, Err(StoreError::Conflict(Conflict::User))), "{there:?}");
    store.register_user(&newcomer(NOBODY, "carl")).await.unwrap();
    assert_eq!(store.find_user(&user(NOBODY)).await.unwrap().unwrap().username, "carl");
}
