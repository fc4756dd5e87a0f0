//! Mail addresses of owners: nothing is sent on to one until its owner has said that it is theirs.

use nameplate_testkit::sinks::{HttpSink, MailSink};
use serde_json::json;

use crate::studio_contact::{
    SETTINGS, address, confirm, delivered, hello, link_in, open_mail, press, set_up, with_form, write,
};
use crate::world::{ADA, BOB, empty};

/// Studio, contact
#[test]
fn nothing_is_sent_on_to_an_address_until_its_owner_says_that_it_is_theirs() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http);
    let node = instance.start();
    let (ada, bob) = (node.sign_in(ADA), node.sign_in(BOB));
    let email = || ada.get(SETTINGS).json()["data"]["email"].clone();
    let waiting = json!({"enabled": true, "address": "ada@example.org", "confirmed": false});
    let set = ada.put(SETTINGS, &address("ada@example.org")).json();
    assert_eq!((&set["data"]["email"], set["data"].get("undelivered")), (&waiting, None));
    let asked = &mail.wait_for(1)[0];
    assert_eq!(asked.to, ["ada@example.org"]);
    assert!(asked.data.contains("Subject: Confirm this address for Nameplate"), "{}", asked.data);

    assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 200);
    assert_eq!(delivered(&ada, "none")["message"], "Hello there");
    let test = ada.post(&format!("{SETTINGS}/test/email"), &json!({}));
    assert_eq!((test.status, &test.json()["code"]), (409, &json!("not_confirmed")));

    let link = link_in(asked);
    let stranger = node.visitor().get(ada.host(), &link);
    assert_eq!(stranger.status, 302);
    assert!(stranger.header("location").unwrap().starts_with("/login?next=%2Fconfirm%2F"));
    let opened = ada.get(&link);
    assert!(opened.status == 200 && opened.text().contains("ada@example.org"));
    assert_eq!((bob.get(&link).status, press(&bob, &link, bob.origin(), &bob.csrf).status), (404, 404));
    assert_eq!(press(&ada, &link, "http://ada.localhost", &ada.csrf).status, 403);
    assert_eq!(press(&ada, &link, ada.origin(), "").status, 403);
    assert_eq!(press(&ada, &format!("{link}0"), ada.origin(), &ada.csrf).status, 404);
    assert_eq!(email(), waiting, "none of these has confirmed it");

    confirm(&ada, asked);
    assert_eq!(email()["confirmed"], true);
    assert_eq!(write(&node, "192.0.2.2", "email", &hello()).status, 200);
    assert!(mail.wait_for(2)[1].data.contains("Hello there"));
    let nothing = ada.post(&format!("{SETTINGS}/email/confirmation"), &json!({}));
    assert_eq!((nothing.status, &nothing.json()["code"]), (409, &json!("nothing_to_confirm")));
    assert_eq!(ada.put(SETTINGS, &address("ada@example.org")).json()["data"]["email"]["confirmed"], true);
    assert_eq!(ada.put(SETTINGS, &address("other@example.org")).json()["data"]["email"]["confirmed"], false);
    assert_eq!(mail.wait_for(3)[2].to, ["other@example.org"], "the same address is not asked again");
    assert_eq!(press(&ada, &link, ada.origin(), &ada.csrf).status, 404, "it is about another address");
    let logs = instance.logs();
    assert!(!logs.contains("example.org") && !logs.contains(link.rsplit('-').next().unwrap()));
}

/// Studio, contact
#[test]
fn a_link_to_confirm_an_address_is_good_for_a_day() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http).at("2026-05-15 12:00:00");
    let node = instance.start();
    let ada = node.sign_in(ADA);
    assert_eq!(ada.put(SETTINGS, &address("ada@example.org")).status, 200);
    let link = link_in(&mail.wait_for(1)[0]);
    instance.set_clock("2026-05-16 11:59:00");
    assert_eq!(ada.get(&link).status, 200);
    instance.set_clock("2026-05-16 12:01:00");
    assert_eq!(ada.get(&link).status, 404);
    let late = press(&ada, &link, ada.origin(), &ada.csrf);
    assert!(late.status == 404 && late.text().contains("This link is over"));
    assert_eq!(ada.post(&format!("{SETTINGS}/email/confirmation"), &json!({})).status, 200);
    confirm(&ada, &mail.wait_for(2)[1]);
    assert_eq!(ada.get(SETTINGS).json()["data"]["email"]["confirmed"], true);
}

/// Studio, contact
#[test]
fn addresses_are_asked_five_times_an_hour_and_failures_are_told() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http).at("2026-05-15 12:00:00");
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let again = || ada.post(&format!("{SETTINGS}/email/confirmation"), &json!({}));
    assert_eq!(again().json()["code"], "nothing_to_confirm");
    mail.refuse(Some("550 5.1.1 No such user"));
    let set = ada.put(SETTINGS, &address("ada@example.org"));
    assert_eq!(set.json()["data"]["undelivered"], "The mail server refused it with 550.");
    assert_eq!(ada.get(SETTINGS).json()["data"]["email"]["address"], "ada@example.org");
    let refused = again();
    assert_eq!((refused.status, &refused.json()["code"]), (502, &json!("undelivered")));
    mail.refuse(None);
    for _ in 0..3 {
        assert_eq!(again().status, 200);
    }
    let slow = again();
    assert!(slow.status == 429 && slow.header("retry-after").is_some(), "{}", slow.text());
    assert_eq!(ada.put(SETTINGS, &address("stranger@example.org")).json()["code"], "too_many");
    assert_eq!(ada.get(SETTINGS).json()["data"]["email"]["address"], "ada@example.org", "nothing was saved");
    assert_eq!(ada.put(SETTINGS, &json!({"email": {"enabled": false}})).status, 200);
    instance.set_clock("2026-05-15 13:00:01");
    assert_eq!(ada.put(SETTINGS, &address("new@example.org")).status, 200);
    assert_eq!(mail.wait_for(4)[3].to, ["new@example.org"]);
}

/// Studio, contact
#[test]
fn a_site_without_mail_asks_no_address() {
    let instance = with_form(empty());
    let node = instance.start();
    let ada = open_mail(&node);
    let none = ada.post(&format!("{SETTINGS}/email/confirmation"), &json!({}));
    assert_eq!((none.status, &none.json()["code"]), (400, &json!("not_set_up")));
    for number in 0..6 {
        assert_eq!(ada.put(SETTINGS, &address(&format!("ada{number}@example.org"))).status, 200);
    }
}
