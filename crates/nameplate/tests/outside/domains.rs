//! Domains of owners are proved by a record in the DNS (contract W3, W8, R5).

use std::time::{Duration, Instant};

use nameplate_testkit::dns::NameServer;
use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::process::within;

use crate::world::{ADA, BOB, world};

const NAME: &str = "_nameplate.unproved.example";

/// W3, W8, R5
#[test]
fn a_domain_is_served_once_its_owner_has_proved_it() {
    let (instance, dns) = (world(), NameServer::start());
    let node = instance.start();
    let server = dns.address.to_string();
    let verify = ["admin", "domain", "verify", "unproved.example", "--resolver", &server];
    let shown = instance.admin(&["domain", "show", "unproved.example"]);
    let value = shown.split('"').nth(1).unwrap();
    assert!(value.starts_with("nameplate-verify=") && shown.contains(NAME), "{shown}");
    assert!(
        shown.contains("p_unproved") && shown.contains(ADA) && shown.contains("verified   false"),
        "{shown}"
    );

    let missing = instance.must_not(&verify, b"");
    assert!(missing.contains("there is no TXT record") && missing.contains(value), "{missing}");
    dns.publish(NAME, &["nameplate-verify=0123456789abcdef0123456789abcdef"]);
    let other = instance.must_not(&verify, b"");
    assert!(other.contains("0123456789abcdef") && other.contains(value), "{other}");
    assert_eq!(node.visitor().get("unproved.example", "/").status, 302);
    assert_eq!(node.operator().get("/tls-ask?domain=unproved.example").status, 404);

    // Beside records of others, and in two strings.
    dns.publish(NAME, &["v=spf1 -all"]);
    dns.publish(NAME, &[&value[..20], &value[20..]]);
    instance.must(&verify, b"");
    let served = within(Duration::from_secs(1), || {
        (node.visitor().get("unproved.example", "/").status == 200).then_some(())
    });
    assert!(served.is_some());
    assert!(
        within(PATIENCE, || (node.operator().get("/tls-ask?domain=unproved.example").status == 200)
            .then_some(()))
        .is_some()
    );
    assert!(instance.admin(&["audit"]).contains("verified profile p_unproved"));
}

/// W3
#[test]
fn a_record_proves_nothing_for_another_owner() {
    let (instance, dns) = (world(), NameServer::start());
    let shown = instance.admin(&["domain", "show", "unproved.example"]);
    dns.publish(NAME, &[shown.split('"').nth(1).unwrap()]);
    instance.admin(&["profile", "delete", "p_unproved"]);
    instance.admin(&["profile", "create", "unproved.example", "--owner", BOB]);
    let server = dns.address.to_string();
    instance.must_not(&["admin", "domain", "verify", "unproved.example", "--resolver", &server], b"");
}

/// W3
#[test]
fn a_proof_that_cannot_be_looked_up_says_why_and_in_time() {
    let instance = world();
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let begin = Instant::now();
    let late =
        instance.must_not(&["admin", "domain", "verify", "unproved.example", "--resolver", &server], b"");
    assert!(late.contains("no name server answered in time"), "{late}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    for (domain, why) in
        [("ada.localhost", "needs no proof"), ("nobody.example", "no profile has the domain")]
    {
        let complaint = instance.must_not(&["admin", "domain", "verify", domain], b"");
        assert!(complaint.contains(why), "{complaint}");
        let complaint = instance.must_not(&["admin", "domain", "show", domain], b"");
        assert!(complaint.contains(why), "{complaint}");
    }
    assert_eq!(
        instance.run(&["admin", "domain", "verify", "x.example", "--resolver", "here"], b"").status.code(),
        Some(2)
    );
}
