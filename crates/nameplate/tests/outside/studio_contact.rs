//! Contact forms (`facts-hep` 5): limits, then the check that a person writes, then the inbox, then the ways out.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine;
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::process::within;
use nameplate_testkit::sinks::{HttpSink, Mail, MailSink};
use nameplate_testkit::studio::{StudioClient, path_of};
use serde_json::{Value, json};

use crate::world::{ADA, BOB, empty, everything, file};

pub(crate) const SETTINGS: &str = "/api/v1/account/contact";
const NUMBER: &str = "+4915112345678";

fn webhook() -> String {
    format!("https://discord.com/api/webhooks/123456789012345678/{}", "Tt".repeat(34))
}

/// The world with a form on Ada's page. Each test's visitors come through a proxy, so that they can be many.
pub(crate) fn with_form(instance: Instance) -> Instance {
    let mut file = file();
    let mut content = everything();
    let contact = content["blocks"].as_array_mut().unwrap().last_mut().unwrap();
    contact["form"] = json!({"email": true, "discord": true, "sms": true});
    file["profiles"][0]["content"] = content;
    instance.set("trusted_proxies", "127.0.0.1").import(&file)
}

/// The same with all ways set up by the operator, and no check.
pub(crate) fn set_up(mail: &MailSink, http: &HttpSink) -> Instance {
    let instance = empty().set("smtp_url", mail.url()).set("smtp_from", "Plates <plates@example.org>");
    let instance = instance.set("sms_url", http.url("/sms?to={to}")).set("sms_secret", "sesame");
    with_form(instance.set("discord_api", http.url("/api/v10")).set("bot_check", "none"))
}

fn open_all(node: &Node<'_>, mail: &MailSink) -> StudioClient {
    let ada = node.sign_in(ADA);
    let all = json!({
        "email": {"enabled": true, "address": "ada@example.org"},
        "discord": {"enabled": true, "webhook": webhook()},
        "sms": {"enabled": true, "number": NUMBER}
    });
    let set = ada.put(SETTINGS, &all);
    assert_eq!(set.status, 200, "{}", set.text());
    confirm(&ada, &mail.wait_for(1)[0]);
    ada
}

/// The path of the link in a mail that asks whether an address is the owner's.
pub(crate) fn link_in(mail: &Mail) -> String {
    // As quoted-printable a long line is cut.
    let text = mail.data.replace("=\r\n", "");
    let link = text.split_whitespace().find(|word| word.contains("/confirm/"));
    path_of(link.unwrap_or_else(|| panic!("{text}")))
}

/// What the button on the page behind the link sends.
pub(crate) fn press(client: &StudioClient, path: &str, origin: &str, csrf: &str) -> Reply {
    let request = client.read("POST", path).header("origin", origin);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    client.send(&request.body(format!("csrf={csrf}")))
}

pub(crate) fn confirm(client: &StudioClient, mail: &Mail) {
    let said = press(client, &link_in(mail), client.origin(), &client.csrf);
    assert_eq!(said.status, 200);
}

pub(crate) fn open_mail(node: &Node<'_>) -> StudioClient {
    let ada = node.sign_in(ADA);
    let set = ada.put(SETTINGS, &address("ada@example.org"));
    assert_eq!(set.status, 200, "{}", set.text());
    ada
}

pub(crate) fn address(address: &str) -> Value {
    json!({"email": {"enabled": true, "address": address}})
}

pub(crate) fn write(node: &Node<'_>, address: &str, channel: &str, body: &Value) -> Reply {
    let target = format!("/api/v1/profiles/p_ada/contact/{channel}");
    let visitor = node.visitor().with("x-forwarded-for", address);
    let request =
        visitor.request("POST", "ada.localhost", &target).header("content-type", "application/json");
    request.body(body.to_string()).send(node.listen)
}

pub(crate) fn hello() -> Value {
    json!({"name": "Vera", "replyTo": "vera@visitor.example", "message": "Hello there"})
}

fn fault(reply: &Reply) -> (u16, String) {
    assert_eq!(reply.json()["ok"], false);
    (reply.status, reply.json()["error"].as_str().unwrap().to_owned())
}

/// The newest message of the inbox, once its delivery is as it should be.
pub(crate) fn delivered(ada: &StudioClient, delivery: &str) -> Value {
    let newest = || {
        let newest = ada.get("/api/v1/inbox").json()["data"]["messages"][0].clone();
        (newest["delivery"] == delivery).then_some(newest)
    };
    within(PATIENCE, newest).unwrap_or_else(|| panic!("{}", ada.get("/api/v1/inbox").text()))
}

fn solved(node: &Node<'_>) -> String {
    let reply = node.visitor().get("ada.localhost", "/api/v1/profiles/p_ada/contact/challenge");
    let challenge: Challenge = serde_json::from_value(reply.json()["data"].clone()).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    let payload = serde_json::to_vec(&Payload { challenge, solution }).unwrap();
    base64::engine::general_purpose::STANDARD.encode(payload)
}

/// Studio, contact; T20
#[test]
fn a_message_is_kept_and_brought_by_mail_webhook_and_text() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http);
    let node = instance.start();
    let ada = open_all(&node, &mail);
    let sent = write(&node, "192.0.2.1", "email", &hello());
    assert_eq!((sent.status, &sent.json()["ok"]), (200, &json!(true)), "{}", sent.text());
    let came = &mail.wait_for(2)[1];
    assert_eq!(
        (came.from.as_str(), came.to.as_slice()),
        ("plates@example.org", &["ada@example.org".to_owned()][..])
    );
    assert!(came.data.contains("Subject: Vera wrote to you on ada.localhost"), "{}", came.data);
    assert!(
        came.data.contains("Reply-To: Vera <vera@visitor.example>")
            || came.data.contains("Reply-To: \"Vera\" <vera@visitor.example>"),
        "{}",
        came.data
    );
    assert!(came.data.contains("Hello there"));
    delivered(&ada, "sent");

    let ping = json!({"name": "@everyone", "message": "@everyone look"});
    assert_eq!(write(&node, "192.0.2.2", "discord", &ping).status, 200);
    let call = &http.wait_for(1)[0];
    assert_eq!(
        (call.method.as_str(), call.target.as_str()),
        ("POST", webhook().replace("https://discord.com/api", "/api/v10").as_str())
    );
    let body: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    assert_eq!(body["embeds"][0]["description"], "@everyone look");
    assert_eq!(body.get("content"), None);
    delivered(&ada, "sent");

    assert_eq!(write(&node, "192.0.2.3", "sms", &json!({"message": "Call me"})).status, 200);
    let call = &http.wait_for(2)[1];
    assert_eq!(call.target, "/sms?to=%2B4915112345678");
    assert!(call.head.to_ascii_lowercase().contains("authorization: bearer sesame"));
    let body: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((&body["to"], &body["text"]), (&json!(NUMBER), &json!("Somebody on ada.localhost: Call me")));
    delivered(&ada, "sent");

    let inbox = ada.get("/api/v1/inbox").json()["data"].clone();
    assert_eq!((&inbox["unread"], &inbox["total"], &inbox["pages"]), (&json!(3), &json!(3), &json!(1)));
    let first = &inbox["messages"][2];
    assert_eq!(
        (&first["profile"], &first["channel"], &first["name"]),
        (&json!("p_ada"), &json!("email"), &json!("Vera"))
    );
    assert_eq!(
        (&first["replyTo"], &first["message"], &first["isRead"]),
        (&json!("vera@visitor.example"), &json!("Hello there"), &json!(false))
    );
    assert_eq!(ada.get("/api/v1/session").json()["data"]["unread"], 3);
    let logs = instance.logs();
    for secret in ["sesame", "TtTt", "ada@example.org", NUMBER, "Hello there"] {
        assert!(!logs.contains(secret), "{secret}");
    }
}

/// Studio, contact
#[test]
fn a_delivery_that_fails_keeps_the_message() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http);
    let node = instance.start();
    let ada = open_all(&node, &mail);
    mail.refuse(Some("550 5.1.1 No such user"));
    assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 200);
    assert_eq!(delivered(&ada, "failed")["message"], "Hello there");
    http.answer(404, "{}");
    assert_eq!(write(&node, "192.0.2.2", "discord", &hello()).status, 200);
    assert_eq!(delivered(&ada, "failed")["channel"], "discord");
    // What may pass is tried again later.
    mail.refuse(Some("451 4.3.0 Try again later"));
    assert_eq!(write(&node, "192.0.2.3", "email", &hello()).status, 200);
    assert_eq!(delivered(&ada, "waiting")["message"], "Hello there");
    assert_eq!(ada.get("/api/v1/inbox").json()["data"]["total"], 3);
}

/// Studio, contact
#[test]
fn what_waits_is_tried_again_also_after_a_restart() {
    let mail = MailSink::start();
    let instance = empty().at("2026-05-15 12:00:00").set("smtp_url", mail.url()).set("bot_check", "none");
    let instance = with_form(instance);
    let node = instance.start();
    let ada = open_mail(&node);
    confirm(&ada, &mail.wait_for(1)[0]);
    mail.refuse(Some("451 4.3.0 Try again later"));
    assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 200);
    within(PATIENCE, || node.log().contains("a message is brought later").then_some(()))
        .expect("it was tried");
    delivered(&ada, "waiting");
    assert!(node.terminate().success());
    mail.refuse(None);
    instance.set_clock("2026-05-15 12:05:00");
    let node = instance.start();
    assert!(mail.wait_for(2)[1].data.contains("Hello there"));
    delivered(&node.sign_in(ADA), "sent");
}

/// Studio, contact
#[test]
fn limits_come_before_the_check_and_the_check_before_the_rest() {
    let instance = with_form(empty());
    let node = instance.start();
    open_mail(&node);
    for body in [hello(), json!({"message": "x", "turnstileToken": "wrong", "altcha": "wrong"}), json!({})] {
        let reply = write(&node, "192.0.2.1", "email", &body);
        assert_eq!(fault(&reply), (400, "Anti-spam check failed".to_owned()));
    }
    let reply = write(&node, "192.0.2.1", "email", &hello());
    let wait = reply.header("retry-after").unwrap().to_owned();
    assert_eq!(fault(&reply), (429, format!("Slow down. Try again in {wait}s.")));
    // The ways count together, and others are not kept waiting.
    assert_eq!(write(&node, "192.0.2.1", "discord", &hello()).status, 429);
    assert_eq!(fault(&write(&node, "192.0.2.2", "email", &json!("no object"))).0, 400);
    // A page or a way that is not there is seen only after the check.
    let target = "/api/v1/profiles/p_nobody/contact/email";
    let nobody =
        node.visitor().request("POST", "localhost", target).header("content-type", "application/json");
    assert_eq!(fault(&nobody.body("{}").send(node.listen)).1, "Anti-spam check failed");
    assert_eq!(write(&node, "192.0.2.3", "fax", &hello()).status, 404);
}

/// Studio, contact
#[test]
fn an_address_writes_to_a_page_twelve_times_a_day() {
    let instance = with_form(empty().at("2026-05-15 10:00:00").set("bot_check", "none"));
    let node = instance.start();
    open_mail(&node);
    for minute in 0..6 {
        instance.set_clock(&format!("2026-05-15 10:{:02}:00", 2 * minute));
        for _ in 0..2 {
            assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 200);
        }
    }
    instance.set_clock("2026-05-15 20:00:00");
    assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 429);
    instance.set_clock("2026-05-16 10:01:00");
    assert_eq!(write(&node, "192.0.2.1", "email", &hello()).status, 200);
}

/// Studio, contact
#[test]
fn work_that_was_done_counts_once() {
    let instance = with_form(empty());
    let node = instance.start();
    let ada = open_mail(&node);
    let with = |altcha: &str| {
        let mut body = hello();
        body["altcha"] = altcha.into();
        body
    };
    let proof = solved(&node);
    let taken = write(&node, "192.0.2.1", "email", &with(&proof));
    assert_eq!(taken.status, 200, "{}", taken.text());
    let again = write(&node, "192.0.2.2", "email", &with(&proof));
    assert_eq!(fault(&again), (400, "Anti-spam check failed".to_owned()));
    // Without a mail server the inbox is where it stays.
    assert_eq!(delivered(&ada, "none")["message"], "Hello there");
    assert_eq!(ada.get("/api/v1/session").json()["data"]["features"]["botCheck"], "pow");
}

/// Studio, contact; T20
#[test]
fn what_a_form_may_hold() {
    let instance = with_form(empty().set("bot_check", "none"));
    let node = instance.start();
    let inactive = write(&node, "192.0.2.200", "email", &hello());
    assert_eq!(fault(&inactive), (400, "This contact form is not active.".to_owned()));
    let ada = open_mail(&node);
    let bad = [
        (json!({"name": "a\r\nBcc: x", "message": "m"}), "name"),
        (json!({"replyTo": "a\u{0}b", "message": "m"}), "replyTo"),
        (json!({"message": "  "}), "message"),
        (json!({}), "message"),
        (json!({"message": "x".repeat(2001)}), "message"),
        (json!({"message": "m", "name": "n".repeat(81)}), "name"),
    ];
    for (index, (body, path)) in bad.iter().enumerate() {
        let reply = write(&node, &format!("192.0.2.{index}"), "email", body);
        assert_eq!((reply.status, &reply.json()["path"]), (400, &json!(path)), "{}", reply.text());
    }
    assert_eq!(write(&node, "192.0.2.100", "discord", &hello()).status, 400, "not set up");
    let trap = json!({"message": "m", "website": "https://spam.example"});
    assert_eq!(write(&node, "192.0.2.101", "email", &trap).status, 200);
    assert_eq!(ada.get("/api/v1/inbox").json()["data"]["total"], 0);
    let large = json!({"message": "x".repeat(40_000)});
    assert_eq!(write(&node, "192.0.2.102", "email", &large).status, 413);
}

/// Studio, contact; P7
#[test]
fn the_form_on_the_page_works_without_scripts_within_narrow_limits() {
    let instance = with_form(empty());
    let node = instance.start();
    let closed = node.visitor().get("ada.localhost", "/");
    assert!(
        !closed.text().contains("<form")
            && closed.header("content-security-policy").unwrap().contains("form-action 'none'")
    );
    let ada = open_mail(&node);
    let page = node.visitor().get("ada.localhost", "/");
    let html = page.text();
    assert!(html.contains("action=\"/api/v1/profiles/p_ada/contact/email\""), "{html}");
    assert!(!html.contains("/contact/discord"), "a way that is not open is not shown");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'") && !policy.contains("cloudflare"), "{policy}");

    let send = |address: &str| {
        let visitor = node.visitor().with("x-forwarded-for", address);
        let request = visitor.request("POST", "ada.localhost", "/api/v1/profiles/p_ada/contact/email");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body("name=Vera&replyTo=&message=Hello+without+scripts&website=").send(node.listen)
    };
    let sent = send("192.0.2.1");
    assert_eq!((sent.status, sent.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(sent.text().contains("Sent") && sent.header("set-cookie").is_none());
    assert_eq!(delivered(&ada, "none")["message"], "Hello without scripts");
    let again = send("192.0.2.1");
    assert_eq!(again.status, 429);
    assert!(again.text().contains("Slow down. Try again in") && again.header("retry-after").is_some());
    for number in 2..=10 {
        assert_eq!(send(&format!("192.0.2.{number}")).status, 200);
    }
    assert_eq!(send("192.0.2.11").status, 429, "ten an hour for a page");
}

/// Studio, contact; T20
#[test]
fn turnstile_decides_where_it_is_configured() {
    let api = HttpSink::start();
    let instance = empty().set("turnstile_site_key", "0xKEY").set("turnstile_secret", "hush");
    let instance = with_form(instance.set("turnstile_api", api.url("/turnstile/v0")));
    let node = instance.start();
    open_mail(&node);
    let with = |token: &str| json!({"message": "Hello", "turnstileToken": token});
    let page = node.visitor().get("ada.localhost", "/");
    assert!(page.text().contains("data-sitekey=\"0xKEY\""));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-src https://challenges.cloudflare.com"), "{policy}");
    let elsewhere = node.visitor().get("bob.localhost", "/");
    assert!(!elsewhere.header("content-security-policy").unwrap().contains("cloudflare"));

    assert_eq!(fault(&write(&node, "192.0.2.1", "email", &hello())).1, "Anti-spam check failed");
    api.answer(200, r#"{"success":true}"#);
    assert_eq!(write(&node, "192.0.2.2", "email", &with("good token")).status, 200);
    let call = &api.wait_for(1)[0];
    assert_eq!(
        (call.target.as_str(), call.body.as_str()),
        ("/turnstile/v0/siteverify", "secret=hush&response=good+token")
    );
    api.answer(200, r#"{"success":false,"error-codes":["invalid-input-response"]}"#);
    assert_eq!(fault(&write(&node, "192.0.2.3", "email", &with("bad"))).1, "Anti-spam check failed");
    api.answer(500, "oops");
    assert_eq!(
        write(&node, "192.0.2.4", "email", &with("good token")).status,
        503,
        "nobody is let in unseen"
    );
    assert!(!instance.logs().contains("hush"));
}

/// Studio, contact; T21
#[test]
fn an_owner_says_where_messages_go() {
    let (mail, http) = (MailSink::start(), HttpSink::start());
    let instance = set_up(&mail, &http);
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let none = json!({
        "email": {"enabled": false, "address": null, "confirmed": false}, "discord": {"enabled": false, "webhook": false},
        "sms": {"enabled": false, "number": null}
    });
    assert_eq!(ada.get(SETTINGS).json()["data"], none);
    for url in ["http://127.0.0.1:1/", "https://evil.example/api/webhooks/123456789012345678/x", ""] {
        let reply = ada.put(SETTINGS, &json!({"discord": {"enabled": true, "webhook": url}}));
        assert_eq!((reply.status, &reply.json()["path"]), (400, &json!("discord.webhook")), "{url}");
    }
    assert_eq!(ada.put(SETTINGS, &json!({"fax": {}})).status, 400);
    assert_eq!(ada.post(&format!("{SETTINGS}/test/email"), &json!({})).json()["code"], "not_set_up");

    let ada = open_all(&node, &mail);
    let seen = ada.get(SETTINGS);
    assert!(!seen.text().contains("webhooks"), "a webhook is not shown again");
    assert_eq!(seen.json()["data"]["discord"], json!({"enabled": true, "webhook": true}));
    assert_eq!(node.sign_in(BOB).get(SETTINGS).json()["data"], none);
    assert_eq!(ada.post(&format!("{SETTINGS}/test/email"), &json!({})).status, 200);
    assert!(mail.wait_for(2)[1].data.contains("This is a test."));
    http.answer(401, "{}");
    let refused = ada.post(&format!("{SETTINGS}/test/discord"), &json!({}));
    assert_eq!((refused.status, &refused.json()["code"]), (502, &json!("undelivered")));
    assert_eq!(refused.json()["error"], "Discord refused it with status 401.");
    assert_eq!(ada.post(&format!("{SETTINGS}/test/fax"), &json!({})).status, 404);
    assert_eq!(ada.get("/api/v1/inbox").json()["data"]["total"], 0, "a test is no message");
}

/// Studio, contact
#[test]
fn an_inbox_is_its_owners_alone() {
    let instance = with_form(empty().set("bot_check", "none"));
    let node = instance.start();
    let (ada, bob) = (open_mail(&node), node.sign_in(BOB));
    for number in 0..3 {
        let body = json!({"message": format!("Message {number}")});
        assert_eq!(write(&node, &format!("192.0.2.{number}"), "email", &body).status, 200);
    }
    let inbox = |query: &str| ada.get(&format!("/api/v1/inbox{query}")).json()["data"].clone();
    let all = inbox("");
    assert_eq!(all["messages"].as_array().unwrap().len(), 3);
    let id = all["messages"][0]["id"].as_str().unwrap();
    let target = format!("/api/v1/inbox/{id}");
    assert_eq!(bob.patch(&target, &json!({"isRead": true})).status, 404);
    assert_eq!(bob.delete(&target).status, 404);
    assert_eq!(node.visitor().get(ada.host(), "/api/v1/inbox").status, 401);
    let read = ada.patch(&target, &json!({"isRead": true}));
    assert_eq!((read.status, &read.json()["data"]["unread"]), (200, &json!(2)));
    assert_eq!(inbox("?unread=true")["total"], 2);
    assert_eq!(inbox("?profile=p_own")["total"], 0);
    assert_eq!(inbox("?channel=email&profile=p_ada")["total"], 3);
    assert_eq!(inbox("?page=2")["messages"], json!([]));
    for bad in ["?channel=fax", "?page=x", "?profile=%20"] {
        assert_eq!(ada.get(&format!("/api/v1/inbox{bad}")).status, 400, "{bad}");
    }
    assert_eq!(ada.delete(&target).status, 200);
    assert_eq!(ada.delete(&target).status, 404);
    assert_eq!(inbox("")["total"], 2);
}
