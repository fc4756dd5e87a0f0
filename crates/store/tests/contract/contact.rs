use nameplate_core::contact::{Channel, ContactSettings, Delivery, Letter, Mailbox, Phone, Way, Webhook};
use nameplate_core::secret::Email;
use nameplate_store::{InboxFilter, Message, Store};

use crate::fixture::{ADA, BOB, Fixture, at, host, profile_id, user};

fn message(id: &str, moment: i64) -> Message {
    Message {
        id: id.into(),
        owner: user(ADA),
        profile: profile_id("p_ada"),
        domain: host("ada.localhost"),
        channel: Channel::Email,
        letter: Letter { name: Some("Visitor".into()), reply_to: None, message: "Hello".into() },
        created: at(moment),
        is_read: false,
        delivery: Delivery::Waiting,
        attempts: 0,
    }
}

fn mailbox(address: &str, is_confirmed: bool) -> Option<Mailbox> {
    Some(Mailbox { address: Email::parse(address).unwrap(), is_confirmed })
}

async fn ids(store: &Store, filter: &InboxFilter) -> Vec<String> {
    let (messages, total) = store.list_inbox(&user(ADA), filter, 10, 0).await.unwrap();
    assert_eq!(total, messages.len() as u64);
    messages.into_iter().map(|message| message.id).collect()
}

/// Studio, contact; U13
pub(crate) async fn targets_are_sealed_and_found_again(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    assert!(!store.find_contact(&user(ADA)).await.unwrap().is_open(Channel::Email));
    let webhook = format!("https://discord.com/api/webhooks/123456789012345678/{}", "t".repeat(68));
    let settings = ContactSettings {
        email: Way { is_enabled: true, target: mailbox("ada@example.org", true) },
        discord: Way { is_enabled: false, target: Webhook::parse(&webhook).ok() },
        sms: Way { is_enabled: true, target: Phone::parse("+4915112345678").ok() },
    };
    store.set_contact(&user(ADA), &settings).await.unwrap();
    let found = store.find_contact(&user(ADA)).await.unwrap();
    assert_eq!(found.email.target.as_ref().unwrap().address.expose(), "ada@example.org");
    assert!(found.unconfirmed().is_none());
    assert_eq!(found.discord.target.as_ref().unwrap().expose(), webhook);
    assert_eq!(found.sms.target.as_ref().unwrap().expose(), "+4915112345678");
    let open = Channel::ALL.map(|channel| found.is_open(channel));
    assert_eq!(open, [true, false, true]);
    assert!(!store.find_contact(&user(BOB)).await.unwrap().is_open(Channel::Email));
    let kept = fixture.dump("SELECT sealed FROM contact_ways").await.concat();
    assert!(!kept.contains("ada@example") && !kept.contains("tttt") && !kept.contains("4915"));

    store.set_contact(&user(ADA), &ContactSettings::default()).await.unwrap();
    assert!(store.find_contact(&user(ADA)).await.unwrap().sms.target.is_none());
}

/// Studio, contact
pub(crate) async fn an_address_is_confirmed_while_it_is_the_one(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let (address, other) = (Email::parse("ada@example.org").unwrap(), Email::parse("b@example.org").unwrap());
    assert!(!store.confirm_mailbox(&user(ADA), &address).await.unwrap(), "none is set");
    let of = |target| ContactSettings { email: Way { is_enabled: true, target }, ..Default::default() };
    store.set_contact(&user(ADA), &of(mailbox("ada@example.org", false))).await.unwrap();
    store.set_contact(&user(BOB), &of(mailbox("ada@example.org", false))).await.unwrap();
    assert!(!store.confirm_mailbox(&user(ADA), &other).await.unwrap(), "another");
    assert!(store.find_contact(&user(ADA)).await.unwrap().unconfirmed().is_some());
    for _ in 0..2 {
        assert!(store.confirm_mailbox(&user(ADA), &address).await.unwrap());
    }
    let found = store.find_contact(&user(ADA)).await.unwrap();
    assert!(found.email.is_enabled && found.unconfirmed().is_none());
    assert!(store.find_contact(&user(BOB)).await.unwrap().unconfirmed().is_some(), "each for themselves");
    store.set_contact(&user(ADA), &of(None)).await.unwrap();
    assert!(!store.confirm_mailbox(&user(ADA), &address).await.unwrap(), "it was taken away");
}

/// Studio, contact
pub(crate) async fn an_inbox_is_listed_newest_first_and_filtered(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let other = Message {
        profile: profile_id("p_own"),
        channel: Channel::Discord,
        delivery: Delivery::None,
        ..message("b", 2)
    };
    for message in [message("a", 1), other.clone(), message("c", 3)] {
        assert!(store.insert_message(&message, 10).await.unwrap());
    }
    assert_eq!(ids(store, &InboxFilter::default()).await, ["c", "b", "a"]);
    let of_page = InboxFilter { profile: Some(profile_id("p_own")), ..InboxFilter::default() };
    assert_eq!(ids(store, &of_page).await, ["b"]);
    let of_channel = InboxFilter { channel: Some(Channel::Email), ..InboxFilter::default() };
    assert_eq!(ids(store, &of_channel).await, ["c", "a"]);
    assert_eq!(store.count_unread(&user(ADA)).await.unwrap(), 3);
    assert!(store.set_message_read(&user(ADA), "c", true).await.unwrap());
    assert!(!store.set_message_read(&user(BOB), "a", true).await.unwrap(), "another's");
    let unread = InboxFilter { is_unread: true, ..InboxFilter::default() };
    assert_eq!(ids(store, &unread).await, ["b", "a"]);
    let (page, total) = store.list_inbox(&user(ADA), &InboxFilter::default(), 1, 1).await.unwrap();
    assert_eq!((page, total), (vec![other], 3));
    assert!(!store.delete_message(&user(BOB), "a").await.unwrap());
    assert!(store.delete_message(&user(ADA), "a").await.unwrap());
    assert_eq!(ids(store, &InboxFilter::default()).await, ["c", "b"]);
    store.delete_user(&user(ADA)).await.unwrap();
    assert!(fixture.dump("SELECT id FROM inbox").await.is_empty());
}

/// Studio, contact
pub(crate) async fn a_full_inbox_drops_what_was_read_and_nothing_else(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    for (id, moment) in [("a", 1), ("b", 2), ("c", 3)] {
        assert!(store.insert_message(&message(id, moment), 3).await.unwrap());
    }
    assert!(!store.insert_message(&message("d", 4), 3).await.unwrap());
    store.set_message_read(&user(ADA), "b", true).await.unwrap();
    store.set_message_read(&user(ADA), "c", true).await.unwrap();
    assert!(store.insert_message(&message("d", 4), 3).await.unwrap());
    assert_eq!(ids(store, &InboxFilter::default()).await, ["d", "c", "a"]);
}

/// Studio, contact
pub(crate) async fn a_message_is_brought_by_one_at_a_time(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let store = &fixture.store;
    let for_the_inbox = Message { delivery: Delivery::None, ..message("a", 1) };
    for message in [for_the_inbox, message("b", 2)] {
        store.insert_message(&message, 10).await.unwrap();
    }
    assert_eq!(store.take_due_message(at(1)).await.unwrap(), None, "not due yet");
    let taken = store.take_due_message(at(2)).await.unwrap().unwrap();
    assert_eq!((taken.id.as_str(), taken.attempts), ("b", 1));
    let other = fixture.other_process().await;
    assert_eq!(other.take_due_message(at(119_000)).await.unwrap(), None);
    // Who took it has died.
    assert_eq!(other.take_due_message(at(120_002)).await.unwrap().unwrap().attempts, 2);
    store.set_delivery("b", Delivery::Waiting, Some(at(500_000))).await.unwrap();
    assert_eq!(store.take_due_message(at(499_999)).await.unwrap(), None);
    assert_eq!(store.take_due_message(at(500_000)).await.unwrap().unwrap().attempts, 3);
    store.set_delivery("b", Delivery::Sent, None).await.unwrap();
    assert_eq!(store.take_due_message(at(i64::MAX)).await.unwrap(), None);
    let (messages, _) = store.list_inbox(&user(ADA), &InboxFilter::default(), 10, 0).await.unwrap();
    assert_eq!(messages[0].delivery, Delivery::Sent);
}
