//! Behind nginx, as many an instance stands (contract P4, R1, E1, M3).

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use nameplate_testkit::events::EventReader;
use nameplate_testkit::http::{Answer, Request};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::process::{Process, free_port};
use nameplate_testkit::upstream::{BODY, FakeUpstream, Mode};
use serde_json::json;

use crate::world::{ADA, ISRC, empty, fill};

/// nginx with its usual buffering and a cut of all that it may keep; requests go on with their host and address.
fn start_nginx(instance: &Instance, node: &Node<'_>) -> (Process, SocketAddr) {
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let folder = instance.path("nginx");
    std::fs::create_dir(&folder).unwrap();
    let configuration = format!(
        "daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
            access_log off; gzip on; gzip_min_length 1;
            client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
            uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
            server {{
                listen {listen};
                location / {{
                    proxy_pass http://{upstream}; proxy_http_version 1.1; proxy_set_header Connection close;
                    proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Proto https;
                }}
            }}
        }}",
        folder = folder.display(),
        upstream = node.listen,
    );
    std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
    let (process, ()) = Process::start(command, &instance.path("nginx.txt"), || {
        TcpStream::connect(listen).is_ok().then_some(())
    });
    (process, listen)
}

/// P4, R1, E1, M3
#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_pages_streams_and_tracks_are_the_same() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let settings = empty().set("trusted_proxies", "127.0.0.1").set("music_url", upstream.template());
    let instance = fill(settings.set("public_url", "https://localhost"));
    let node = instance.start();
    let (_nginx, listen) = start_nginx(&instance, &node);

    let page = Request::new("GET", "ada.localhost", "/").send(listen);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(page.text().contains("<link rel=\"canonical\" href=\"https://ada.localhost/\">"));
    // nginx adds the address that it saw: what a visitor put before it counts for nothing.
    for made_up in ["203.0.113.1", "203.0.113.2"] {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let socket = socket.connect(listen).await.unwrap().into_std().unwrap();
        socket.set_nonblocking(false).unwrap();
        let head = format!("GET / HTTP/1.1\r\nHost: bob.localhost\r\nX-Forwarded-For: {made_up}\r\n\r\n");
        (&socket).write_all(head.as_bytes()).unwrap();
        assert_eq!(Answer::read(socket, false).status, 200);
    }

    // Neither held back nor compressed on the way.
    let stream = Request::new("GET", "ada.localhost", &format!("/api/v1/profiles/presence/{ADA}/stream"));
    let mut stream = EventReader::new(stream.header("accept-encoding", "gzip").open(listen));
    assert_eq!(stream.presence_within(Duration::from_secs(5)), json!({"status": "offline"}));
    node.operator().put_presence(ADA, &json!({"status": "dnd"}));
    assert_eq!(stream.presence_within(Duration::from_secs(5))["status"], "dnd");

    let track = Request::new("GET", "ada.localhost", &format!("/api/v1/profiles/p_ada/music/{ISRC}"));
    let part = track.header("range", "bytes=4-9").send(listen);
    assert_eq!((part.status, &part.body[..]), (206, &BODY[4..=9]));
    assert_eq!(part.header("x-track-title"), Some("Déjà vu ✨"));
    drop(stream);
    assert!(node.terminate().success());
    assert_eq!(instance.shown("profile", "p_bob", "views"), 1);
}
