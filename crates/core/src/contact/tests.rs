use super::*;

fn read(name: &str, message: &str) -> Result<Letter, BadLetter> {
    Letter::read(Channel::Email, Some(name), None, message)
}

/// T20
#[test]
fn what_could_write_a_mail_head_is_refused() {
    assert_eq!(read("a\r\nBcc: x", "hello").unwrap_err().field, "name");
    assert_eq!(read("a\u{202e}b", "hello").unwrap_err().field, "name");
    assert_eq!(read("Ada", "a\u{0}b").unwrap_err().field, "message");
    assert_eq!(read("Ada", " \n ").unwrap_err().field, "message");
    let letter = read(" Ada ", "one\r\ntwo ").unwrap();
    assert_eq!((letter.name.as_deref(), letter.message.as_str()), (Some("Ada"), "one\ntwo"));
    assert_eq!(read("", "hello").unwrap().name, None);
}

/// Studio, contact
#[test]
fn a_text_message_has_160_characters() {
    let text = "é".repeat(161);
    assert!(Letter::read(Channel::Sms, None, None, &text[..320]).is_ok());
    assert_eq!(Letter::read(Channel::Sms, None, None, &text).unwrap_err().field, "message");
    assert!(read("", &text).is_ok());
}

fn edit(json: serde_json::Value, settings: ContactSettings) -> Result<ContactSettings, BadContact> {
    serde_json::from_value::<ContactEdit>(json).unwrap().apply(settings, true)
}

/// Studio, contact
#[test]
fn what_was_not_sent_stays_and_null_takes_away() {
    use serde_json::json;
    let webhook = format!("https://discord.com/api/webhooks/123456789012345678/{}", "a".repeat(68));
    let all = json!({
        "email": {"enabled": true, "address": "ada@example.org"},
        "discord": {"enabled": true, "webhook": webhook}, "sms": {"number": "+49 1511 2345678"}
    });
    let settings = edit(all, ContactSettings::default()).unwrap();
    let kept = json!({"email": {"enabled": false}, "discord": {"enabled": true, "webhook": true}});
    let kept = edit(kept, settings.clone()).unwrap();
    assert!(!kept.email.is_enabled && kept.email.target.is_some() && kept.discord.target.is_some());
    for none in [json!(null), json!(false)] {
        let gone = edit(json!({"discord": {"enabled": false, "webhook": none}}), settings.clone());
        assert!(gone.unwrap().discord.target.is_none());
    }
    let fault = |json| edit(json, ContactSettings::default()).unwrap_err().field;
    assert_eq!(fault(json!({"discord": {"enabled": true}})), "discord.webhook");
    assert_eq!(fault(json!({"discord": {"webhook": "https://127.0.0.1/"}})), "discord.webhook");
    assert_eq!(fault(json!({"sms": {"enabled": true}})), "sms.number");
    assert_eq!(fault(json!({"email": {"address": "ada"}})), "email.address");
    let sms = json!({"sms": {"enabled": true, "number": "+4915112345678"}});
    let edit: ContactEdit = serde_json::from_value(sms).unwrap();
    assert_eq!(edit.apply(ContactSettings::default(), false).unwrap_err().field, "sms.enabled");
}

/// Studio, contact
#[test]
fn an_address_is_confirmed_until_another_is_written() {
    use serde_json::json;
    let written = edit(json!({"email": {"address": "ada@example.org"}}), ContactSettings::default()).unwrap();
    assert_eq!(written.unconfirmed().map(Email::expose), Some("ada@example.org"));
    let mut confirmed = written;
    confirmed.email.target.as_mut().unwrap().is_confirmed = true;
    let same = json!({"email": {"enabled": true, "address": "ada@example.org"}});
    for kept in [same, json!({"email": {"enabled": false}}), json!({})] {
        assert!(edit(kept, confirmed.clone()).unwrap().unconfirmed().is_none());
    }
    let other = edit(json!({"email": {"address": "bob@example.org"}}), confirmed.clone()).unwrap();
    assert_eq!(other.unconfirmed().map(Email::expose), Some("bob@example.org"));
    let back = edit(json!({"email": {"address": "ada@example.org"}}), other).unwrap();
    assert!(back.unconfirmed().is_some());
    let none = edit(json!({"email": {"address": null}}), confirmed).unwrap();
    assert!(none.email.target.is_none() && none.unconfirmed().is_none());
}

/// T21
#[test]
fn a_webhook_is_discords_alone() {
    let token = "a".repeat(68);
    let webhook =
        Webhook::parse(&format!("https://discord.com/api/webhooks/123456789012345678/{token}")).unwrap();
    assert_eq!(webhook.parts(), ("123456789012345678", token.as_str()));
    assert!(!format!("{webhook:?}").contains(&token));
    for bad in [
        "http://discord.com/api/webhooks/123456789012345678/T",
        "https://discord.com.evil.example/api/webhooks/123456789012345678/T",
        "https://discord.com@127.0.0.1/api/webhooks/123456789012345678/T",
        "https://discord.com/api/webhooks/123456789012345678/T/../../users",
        "https://discord.com/api/webhooks/1/T",
        "https://discord.com/api/webhooks/123456789012345678/T?wait=true",
        "https://127.0.0.1/api/webhooks/123456789012345678/T",
        "",
    ] {
        assert!(Webhook::parse(&bad.replace('T', &token)).is_err(), "{bad}");
    }
}

/// Studio, contact
#[test]
fn a_number_is_in_international_form() {
    assert_eq!(Phone::parse("+49 (151) 123-456.78").unwrap().expose(), "+4915112345678");
    for bad in ["0151 12345678", "+0151123456", "+49", "+49151123456789012", "+49x5112345678", ""] {
        assert!(Phone::parse(bad).is_err(), "{bad}");
    }
}
