//! The files in deploy/, tried as they are but for names and ports: Caddy and nginx in front of a node, the unit, the
//! alerts and the dashboard (contract P4, E1, E3, W8).

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use nameplate_testkit::certificates::Certificates;
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::process::{Process, free_port, within};
use serde_json::json;

use crate::world::{ADA, empty, fill};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name)
}

/// A file with parts of it replaced, each of which must be there.
fn rendered(name: &str, replacements: &[(&str, &str)]) -> String {
    let text = std::fs::read_to_string(file(name)).unwrap();
    replacements.iter().fold(text, |text, (old, new)| {
        assert!(text.contains(old), "{name} holds no {old}");
        text.replace(old, new)
    })
}

/// An independent client that trusts `authority` and finds every host at `proxy`.
struct Curl {
    proxy: SocketAddr,
    authority: PathBuf,
}

impl Curl {
    fn command(&self, arguments: &[&str], host: &str, target: &str) -> Command {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--max-time", "30", "--cacert"]).arg(&self.authority);
        command.args(["--connect-to", &format!("::127.0.0.1:{}", self.proxy.port())]);
        command.args(arguments).arg(format!("https://{host}{target}"));
        command
    }

    fn get(&self, arguments: &[&str], host: &str, target: &str) -> Reply {
        let output =
            self.command(&[&["--include", "--http1.1"], arguments].concat(), host, target).output().unwrap();
        assert!(output.status.success(), "{host}{target}: {}", String::from_utf8_lossy(&output.stderr));
        Reply::parse(&output.stdout)
    }

    /// The lines of an answer as they come, over HTTP/2.
    fn lines(&self, host: &str, target: &str) -> Lines {
        let mut command = self.command(&["--no-buffer", "--http2"], host, target);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let (sender, receiver) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().try_for_each(|line| sender.send(line.unwrap())));
        Lines { child, receiver }
    }
}

struct Lines {
    child: Child,
    receiver: Receiver<String>,
}

impl Lines {
    /// Waits for a line that holds a word; buffered, it would not come before the stream ends.
    fn wait_for(&self, word: &str) {
        while !self
            .receiver
            .recv_timeout(Duration::from_secs(5))
            .expect("the event is not held back")
            .contains(word)
        {}
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listening(address: SocketAddr) -> Option<()> {
    TcpStream::connect(address).is_ok().then_some(())
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], free_port()))
}

/// A page with https in its links, a card, a stream that is not held back, and two visitors told apart by the address
/// that the proxy saw, whatever they claim.
fn serves(curl: &Curl, node: &Node<'_>) {
    let page = curl.get(&["--header", "User-Agent:"], "ada.localhost", "/");
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(
        page.text().contains("<link rel=\"canonical\" href=\"https://ada.localhost/\">"),
        "{}",
        page.text()
    );
    let card = curl.get(&[], "ada.localhost", "/api/v1/profiles/p_ada/og.png");
    assert_eq!((card.status, card.header("content-type")), (200, Some("image/png")));
    assert!(card.body.starts_with(b"\x89PNG"));

    let stream = curl.lines("ada.localhost", &format!("/api/v1/profiles/presence/{ADA}/stream"));
    stream.wait_for("offline");
    for status in ["dnd", "idle"] {
        assert_eq!(node.operator().put_presence(ADA, &json!({"status": status})).status, 204);
        stream.wait_for(status);
    }
    for (address, claim) in
        [("127.0.0.2", "203.0.113.1"), ("127.0.0.2", "203.0.113.2"), ("127.0.0.3", "127.0.0.2")]
    {
        let claim = format!("X-Forwarded-For: {claim}");
        assert_eq!(curl.get(&["--interface", address, "--header", &claim], "bob.localhost", "/").status, 200);
    }
}

fn behind_a_proxy() -> Instance {
    fill(empty().set("trusted_proxies", "127.0.0.1").set("public_url", "https://localhost"))
}

/// P4, E1, E3, W8
#[test]
fn behind_caddy_every_name_that_is_ours_has_a_certificate_and_no_other() {
    let instance = behind_a_proxy();
    let node = instance.start();
    let (http, https) = (loopback(), loopback());
    let folder = instance.path("caddy");
    let options = format!(
        "{{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port {}\n\thttps_port {}\n\t\
         storage file_system {}\n\ton_demand_tls",
        http.port(),
        https.port(),
        folder.display()
    );
    let text = rendered(
        "Caddyfile",
        &[
            ("{\n\ton_demand_tls", &options),
            ("127.0.0.1:9100", &node.internal.to_string()),
            ("127.0.0.1:8080", &node.listen.to_string()),
            ("example.org", "localhost"),
        ],
    );
    std::fs::write(instance.path("Caddyfile"), text).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(instance.path("Caddyfile"));
    command.env("HOME", instance.path(""));
    let log = instance.path("caddy.txt");
    let (_caddy, ()) = Process::start(command, &log, || listening(https));

    let curl = Curl { proxy: https, authority: folder.join("pki/authorities/local/root.crt") };
    serves(&curl, &node);
    assert_eq!(curl.get(&[], "relay.localhost", "/region").status, 200, "the instance's own hosts");
    assert_eq!(curl.get(&[], "ada.example", "/").status, 200, "an owner's domain");
    for stranger in ["nobody.localhost", "unproved.example", "nobody.example"] {
        let output = curl.command(&[], stranger, "/").output().unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{stranger}");
    }
    let plain = nameplate_testkit::http::Request::new("GET", "ada.localhost", "/").send(http);
    assert!(matches!(plain.status, 301 | 308) && plain.header("location").unwrap().starts_with("https://"));
    assert!(node.terminate().success());
    assert_eq!(instance.shown("profile", "p_bob", "views"), 2);
}

/// P4, E1, E3
#[test]
fn behind_nginx_streams_are_not_held_back() {
    let instance = behind_a_proxy();
    let node = instance.start();
    let (http, https) = (loopback(), loopback());
    let certificates = Certificates::make();
    let folder = instance.path("nginx");
    std::fs::create_dir(&folder).unwrap();
    let site = rendered(
        "nginx.conf",
        &[
            ("listen 80;", &format!("listen {http};")),
            ("listen 443 ssl", &format!("listen {https} ssl")),
            ("server_name example.org *.example.org", "server_name localhost *.localhost"),
            ("/etc/ssl/example.org/fullchain.pem", &certificates.certificate().display().to_string()),
            ("/etc/ssl/example.org/privkey.pem", &certificates.key().display().to_string()),
            ("127.0.0.1:8080", &node.listen.to_string()),
        ],
    );
    let configuration = format!(
        "daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
            access_log off; gzip on; gzip_min_length 1;
            client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
            uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
            {site}
        }}",
        folder = folder.display(),
    );
    std::fs::write(folder.join("all.conf"), configuration).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&folder).arg("-c").arg(folder.join("all.conf"));
    let (_nginx, ()) = Process::start(command, &instance.path("nginx.txt"), || listening(https));

    serves(&Curl { proxy: https, authority: certificates.authority() }, &node);
    let plain = nameplate_testkit::http::Request::new("GET", "ada.localhost", "/x").send(http);
    assert_eq!((plain.status, plain.header("location")), (308, Some("https://ada.localhost/x")));
    assert!(node.terminate().success());
    assert_eq!(instance.shown("profile", "p_bob", "views"), 2);
}

/// W5: the unit is one that systemd takes, and leaves the service little of the machine.
#[test]
fn the_unit_is_sound_and_closed() {
    let instance = empty();
    let unit =
        rendered("nameplate.service", &[("/usr/local/bin/nameplate", env!("CARGO_BIN_EXE_nameplate"))]);
    std::fs::write(instance.path("nameplate.service"), unit).unwrap();
    for arguments in [&["verify"][..], &["security", "--offline=true", "--threshold=20"]] {
        let mut command = Command::new("systemd-analyze");
        let output = command.args(arguments).arg(instance.path("nameplate.service")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("nameplate.service:"), "{arguments:?}: {said}");
    }
}

/// The metrics that a text names, without the endings that Prometheus gives to parts of one.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let names = words.filter(|word| word.starts_with("nameplate_"));
    names.map(|name| name.trim_end_matches("_bucket").to_owned()).collect()
}

/// W8
#[test]
fn alerts_and_dashboard_name_metrics_that_exist() {
    let checked = Command::new("promtool").args(["check", "rules"]).arg(file("alerts.yml")).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let dashboard = std::fs::read_to_string(file("grafana.json")).unwrap();
    let panels =
        serde_json::from_str::<serde_json::Value>(&dashboard).unwrap()["panels"].as_array().unwrap().len();
    assert!(panels >= 12);
    let instance = empty();
    let node = instance.start();
    node.visitor().get("localhost", "/");
    let shown = || named(node.operator().get("/metrics").text());
    assert!(within(PATIENCE, || shown().contains("nameplate_http_requests_total").then_some(())).is_some());
    let alerts = std::fs::read_to_string(file("alerts.yml")).unwrap();
    let unknown: Vec<_> =
        named(&alerts).union(&named(&dashboard)).filter(|name| !shown().contains(*name)).cloned().collect();
    assert_eq!(unknown, Vec::<String>::new());
    assert!(named(&dashboard).len() > 20, "{:?}", named(&dashboard));
}
