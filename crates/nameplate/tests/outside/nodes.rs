//! Two nodes as separate processes on one PostgreSQL, one Redis and one S3 service: seen from outside they are one
//! instance, also while one of them stops, dies or starts, and while Redis does (contract P3, P9, E7, U13, W5, W9).

use std::collections::HashSet;
use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nameplate_testkit::events::EventReader;
use nameplate_testkit::form::{Form, mp4};
use nameplate_testkit::http::{PATIENCE, Request, connect};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::postgres::Postgres;
use nameplate_testkit::process::{Process, free_port, within};
use nameplate_testkit::redis::RedisServer;
use nameplate_testkit::s3::S3Server;
use serde_json::{Value, json};

use crate::world::{ADA, ADA_RELAY_KEY, CARL, empty, file, fill};

const A_SECOND: Duration = Duration::from_secs(1);
pub(crate) const PICTURE: &str = "0123456789abcdef0123456789abcdef.png";

pub(crate) struct Parts {
    _postgres: Postgres,
    pub(crate) redis: RedisServer,
    s3: S3Server,
}

/// The three services, and the world on them with a picture of Ada's.
pub(crate) fn parts() -> (Parts, Instance) {
    let parts =
        Parts { _postgres: Postgres::start().unwrap(), redis: RedisServer::start(), s3: S3Server::start() };
    let instance = empty().set("database_url", parts._postgres.create_database().unwrap());
    let instance = fill(parts.s3.keep_blobs_of(instance.set("redis_url", parts.redis.url())));
    let mut world = file();
    world["posts"] = json!([{ "code": "Picture1", "owner": ADA, "privacy": "public", "files": [
        {"name": PICTURE, "size": picture().len(), "mime": "image/png", "source": "picture.png"}
    ] }]);
    std::fs::write(instance.path("picture.png"), picture()).unwrap();
    std::fs::write(instance.path("world.json"), world.to_string()).unwrap();
    instance.must(&["import", "world.json"], b"");
    (parts, instance)
}

/// More than one piece on its way.
pub(crate) fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 300, 300);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::NoCompression);
    let pixels: Vec<u8> = (0..300 * 300 * 3_u32).map(|at| (at * 7 % 253) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

fn ready(node: Node<'_>) -> Node<'_> {
    node.operator().wait_for_metric("nameplate_redis_up", 1);
    node
}

fn state(number: usize) -> Value {
    json!({ "status": "online", "activity": {"name": "Counting", "type": 0, "state": number.to_string()} })
}

fn put(node: &Node<'_>, user: &str, number: usize) {
    assert_eq!(node.operator().put_presence(user, &state(number)).status, 204);
}

/// Reads a stream until it shows a state.
fn converges(stream: &mut EventReader, number: usize) {
    while stream.presence()["activity"]["state"] != *number.to_string() {}
}

fn soon(what: &str, is_so: impl Fn() -> bool) {
    assert!(within(A_SECOND, || is_so().then_some(())).is_some(), "{what} within a second on every node");
}

/// Ada's page gets another content in the studio, which shows it when it is published.
fn publish_in_the_studio(node: &Node<'_>) {
    let (ada, page) = (node.sign_in(ADA), "/api/v1/profiles/p_ada");
    let send = |method, target: &str, body: Value| {
        let revision = ada.get(page).header("etag").unwrap().to_owned();
        let request = ada.change(method, target).header("if-match", revision);
        let reply = ada.send(&request.header("content-type", "application/json").body(body.to_string()));
        assert_eq!(reply.status, 200, "{}", reply.text());
    };
    let blocks = json!([{"kind": "header"}, {"kind": "presence"}, {"kind": "text", "paragraphs": ["Published on one node."]}]);
    let content = json!({"schema": 1, "template": "minimal", "hideFooter": true, "blocks": blocks});
    send("PATCH", page, json!({ "content": content }));
    assert!(!node.visitor().get("ada.localhost", "/").text().contains("Published on one node."));
    send("POST", &format!("{page}/publish"), json!({}));
    assert!(node.visitor().get("ada.localhost", "/").text().contains("Published on one node."));
}

/// P9, U13, E7, S4, A6
#[test]
fn what_is_done_on_one_node_is_so_on_the_other_within_a_second() {
    let (parts, instance) = parts();
    let nodes = [ready(instance.start()), ready(instance.start())];
    for node in &nodes {
        let ready = node.operator().get("/readyz").json()["data"].clone();
        assert_eq!((&ready["blobs"]["ok"], &ready["presence"]["backend"]), (&json!(true), &json!("redis")));
        assert!(node.visitor().get("i.localhost", &format!("/{ADA}/{PICTURE}")).body == picture());
        let part =
            node.visitor().with("range", "bytes=1000-69999").get("i.localhost", &format!("/{ADA}/{PICTURE}"));
        assert!(part.status == 206 && part.body == picture()[1000..70_000]);
    }
    assert_eq!(parts.s3.names(ADA), [PICTURE]);

    let mut streams = nodes.each_ref().map(|node| node.visitor().stream(ADA));
    for (number, node) in nodes.iter().cycle().take(6).enumerate() {
        put(node, ADA, number);
        streams.iter_mut().for_each(|stream| converges(stream, number));
        assert!(
            nodes.iter().all(|node| node.visitor().presence(ADA)["activity"]["state"] == *number.to_string())
        );
    }
    let page = |node: &Node<'_>| node.visitor().get("ada.localhost", "/");
    let everywhere = |is_so: &dyn Fn(&Node<'_>) -> bool| nodes.iter().all(is_so);
    assert!(everywhere(&|node| page(node).status == 200));

    instance.admin(&["user", "plan", ADA, "free"]);
    soon("a plan is lost", || everywhere(&|node| page(node).text().contains("Powered by Nameplate")));
    instance.admin(&["user", "plan", ADA, "plus"]);
    soon("a plan is given", || everywhere(&|node| !page(node).text().contains("Powered by Nameplate")));
    instance.admin(&["profile", "unpublish", "p_ada"]);
    soon("a page is hidden", || everywhere(&|node| page(node).status == 404));
    instance.admin(&["profile", "publish", "p_ada"]);
    soon("a page is shown", || everywhere(&|node| page(node).status == 200));
    publish_in_the_studio(&nodes[0]);
    soon("a page is published", || everywhere(&|node| page(node).text().contains("Published on one node.")));
    let status = |node: &Node<'_>, key: &str| node.key_client("relay-key", key).get("/users/@me").status;
    assert!(everywhere(&|node| status(node, ADA_RELAY_KEY) == 200));
    let new = instance.admin(&["key", "rotate", ADA, "relay"]);
    soon("a key is another", || everywhere(&|node| status(node, ADA_RELAY_KEY) == 401));
    assert!(everywhere(&|node| status(node, new.lines().last().unwrap()) == 200));
    instance.admin(&["user", "suspend", ADA]);
    soon("a user is suspended", || everywhere(&|node| page(node).status == 404));
    for stream in &mut streams {
        assert_eq!(stream.presence_within(A_SECOND), json!({"status": "offline"}));
    }
    assert!(nodes.map(Node::terminate).iter().all(std::process::ExitStatus::success));
}

/// E7, S5
#[test]
fn every_stream_converges_however_often_redis_dies() {
    const ROUNDS: usize = 8;
    let (mut parts, instance) = parts();
    let nodes = [ready(instance.start()), ready(instance.start())];
    let watch = |user: &'static str| nodes.each_ref().map(move |node| node.visitor().stream(user));
    let mut streams: Vec<_> = [ADA, CARL].into_iter().map(watch).collect();
    let (is_over, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let number = written.fetch_add(1, Ordering::Relaxed);
                put(&nodes[number % 2], ADA, number);
                put(&nodes[number % 2], CARL, number);
            }
        });
        for round in 0..ROUNDS {
            let some = written.load(Ordering::Relaxed) + 1 + round;
            assert!(within(PATIENCE, || (written.load(Ordering::Relaxed) > some).then_some(())).is_some());
            parts.redis.kill();
            let some = written.load(Ordering::Relaxed) + 1 + round;
            assert!(within(PATIENCE, || (written.load(Ordering::Relaxed) > some).then_some(())).is_some());
            parts.redis.restart();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    // Both users were last written on the same node; the other has it from Redis.
    let last = written.load(Ordering::Relaxed) - 1;
    for of_user in &mut streams {
        of_user.iter_mut().for_each(|stream| converges(stream, last));
    }
    for node in &nodes {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
        assert_eq!(node.visitor().presence(CARL)["activity"]["state"], last.to_string());
    }
    put(&nodes[0], ADA, last + 1);
    streams[0].iter_mut().for_each(|stream| converges(stream, last + 1));
}

/// P5, W9: one node is killed without a word.
#[test]
fn a_page_its_stream_and_its_card_come_from_one_node_while_the_other_is_killed() {
    let (_parts, instance) = parts();
    let (dying, staying) = (ready(instance.start()), ready(instance.start()));
    put(&dying, ADA, 1);
    let mut streams = [(); 20].map(|()| staying.visitor().stream(ADA));
    streams.iter_mut().for_each(|stream| converges(stream, 1));
    let is_dead = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut after = 0;
            while after < 10 {
                after += usize::from(is_dead.load(Ordering::Relaxed));
                let page = staying.visitor().get("ada.localhost", "/");
                assert!(page.status == 200 && page.text().contains("Counting"), "{page:?}");
                let card = staying.visitor().get("ada.localhost", "/api/v1/profiles/p_ada/og.png");
                assert_eq!((card.status, card.header("content-type")), (200, Some("image/png")));
            }
        });
        dying.kill();
        is_dead.store(true, Ordering::Relaxed);
        asking.join().unwrap();
    });
    put(&staying, ADA, 2);
    streams.iter_mut().for_each(|stream| converges(stream, 2));
    assert_eq!(staying.visitor().presence(ADA)["activity"]["state"], "2");
}

/// nginx in front of both nodes: it asks the other one when one does not answer.
fn balance(instance: &Instance, nodes: [SocketAddr; 2]) -> (Process, SocketAddr) {
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let folder = instance.path("nginx");
    std::fs::create_dir(&folder).unwrap();
    let configuration = format!(
        "daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
            access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
            uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
            upstream nodes {{ server {} max_fails=0; server {} max_fails=0; }}
            server {{
                listen {listen};
                location / {{
                    proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Connection \"\";
                    proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_next_upstream error timeout http_503;
                }}
            }}
        }}",
        nodes[0],
        nodes[1],
        folder = folder.display(),
    );
    std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
    let (process, ()) = Process::start(command, &instance.path("nginx.txt"), || {
        std::net::TcpStream::connect(listen).is_ok().then_some(())
    });
    (process, listen)
}

/// P3, P5, E8, W9
#[test]
fn a_rolling_restart_loses_no_request_no_view_and_no_final_state() {
    let (_parts, instance) = parts();
    let instance = instance.set("trusted_proxies", "127.0.0.1").set("drain", "3");
    let addresses = [(); 2].map(|()| SocketAddr::from(([127, 0, 0, 1], free_port())));
    let mut nodes = addresses.map(|address| Some(ready(instance.start_at(address))));
    let (_nginx, listen) = balance(&instance, addresses);
    let (is_over, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    let visit = |name: usize| {
        while !is_over.load(Ordering::Relaxed) {
            let number = seen.fetch_add(1, Ordering::Relaxed);
            let page =
                Request::new("GET", "ada.localhost", "/").header("user-agent", format!("{name} {number}"));
            let page = page.send(listen);
            assert_eq!(page.status, 200, "{page:?}");
        }
    };
    let path = format!("/api/v1/profiles/presence/{ADA}/stream");
    let watch = || {
        let mut states = HashSet::new();
        while !states.contains("5") {
            // As a browser does: whenever a stream ends, another one is opened.
            let mut stream = EventReader::new(Request::new("GET", "ada.localhost", &path).open(listen));
            while let Some(block) = stream.next_within(PATIENCE) {
                let snapshot: Option<Value> =
                    block.data.first().map(|data| serde_json::from_str(data).unwrap());
                let state =
                    snapshot.and_then(|snapshot| Some(snapshot["activity"]["state"].as_str()?.to_owned()));
                states.extend(state);
                if states.contains("5") {
                    break;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let visitors = [1, 2].map(|name| scope.spawn(move || visit(name)));
        let watchers = [(); 4].map(|()| scope.spawn(watch));
        for (number, (at, other)) in [(0, 1), (1, 0), (0, 1), (1, 0)].into_iter().enumerate() {
            put(nodes[other].as_ref().unwrap(), ADA, number + 1);
            assert!(nodes[at].take().unwrap().terminate().success());
            nodes[at] = Some(ready(instance.start_at(addresses[at])));
        }
        put(nodes[0].as_ref().unwrap(), ADA, 5);
        watchers.into_iter().for_each(|watcher| watcher.join().unwrap());
        is_over.store(true, Ordering::Relaxed);
        visitors.into_iter().for_each(|visitor| visitor.join().unwrap());
    });
    nodes.into_iter().flatten().for_each(|node| assert!(node.terminate().success()));
    assert_eq!(instance.shown("profile", "p_ada", "views"), seen.load(Ordering::Relaxed) as u64);
}

/// A2, A3, A6, U9: what is uploaded to one node is served by the other, and what breaks off leaves nothing in the bucket.
#[test]
fn uploads_go_to_the_bucket_in_parts_and_are_served_by_every_node() {
    let (parts, instance) = parts();
    let (here, there) = (instance.start(), instance.start());
    let video = mp4(21 << 20);
    let client = here.key_client("relay-key", ADA_RELAY_KEY);
    let request = client.request("POST", "/upload").header("post-privacy", "public");
    let upload = Form::new().file("clip.mp4", &video).put_into(request);
    let reply = client.send(&upload);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let name = parts.s3.names(ADA).into_iter().find(|name| name.ends_with(".mp4")).unwrap();
    let path = format!("/{ADA}/{name}");
    assert!(there.visitor().get("i.localhost", &path).body == video);
    let last = there.visitor().with("range", "bytes=-1000").get("i.localhost", &path);
    assert_eq!((last.status, last.body.len()), (206, 1000));
    let used = |node: &Node<'_>| {
        let me = node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me").json();
        me["user"]["limits"]["usage"]["used"].as_u64().unwrap()
    };
    let before = used(&there);

    parts.s3.hang();
    let begin = Instant::now();
    let away = there.visitor().get("i.localhost", &path);
    assert_eq!((away.status, away.header("retry-after").is_some()), (503, true), "{away:?}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(there.visitor().get("ada.localhost", "/").status, 200);
    let ready = there.operator().get("/readyz");
    assert_eq!(
        (ready.status, &ready.json()["data"]["blobs"]["ok"]),
        (200, &json!(false)),
        "pages are served"
    );
    parts.s3.go_on();
    assert_eq!(there.visitor().get("i.localhost", &path).status, 200);

    let form = Form::new().file("clip.mp4", &video).into_bytes();
    let head = format!(
        "POST /upload HTTP/1.1\r\nhost: relay.localhost\r\nrelay-key: {ADA_RELAY_KEY}\r\ncontent-type: {}\r\n\
         content-length: {}\r\n\r\n",
        Form::content_type(),
        form.len()
    );
    let mut socket = connect(there.listen);
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(&form[..18 << 20]).unwrap();
    let begun = within(PATIENCE, || (parts.s3.unfinished_uploads() == 1).then_some(()));
    assert!(begun.is_some(), "two parts of it are in the bucket");
    drop(socket);
    let gone = within(PATIENCE, || (parts.s3.unfinished_uploads() == 0).then_some(()));
    assert!(gone.is_some(), "nothing of it stays there");
    assert_eq!(parts.s3.names(ADA).len(), 2);
    assert!(within(PATIENCE, || (used(&here) == before && used(&there) == before).then_some(())).is_some());
}
