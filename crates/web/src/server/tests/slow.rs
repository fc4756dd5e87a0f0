//! Clients that take their time, and too many of them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::Instant;

use super::super::listen::{Source, run};
use super::*;

/// Limits of which one is short: the others never strike in the test.
fn only(set: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits {
        first_byte: PATIENCE * 2,
        header: PATIENCE * 2,
        idle: PATIENCE * 2,
        body_idle: PATIENCE * 2,
        write_stall: PATIENCE * 2,
        ..Limits::default()
    };
    set(&mut limits);
    limits
}

/// T06
#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = Running::start(only(|limits| limits.first_byte = millis(200)), PATIENCE).await;
    let start = Instant::now();
    assert_eq!(server.connect().await.hear_all().await, "");
    assert!(start.elapsed() >= millis(200));
    assert_eq!(server.metrics.timeouts.get(), 1);
}

/// T06
#[tokio::test]
async fn an_unfinished_head_is_closed_however_it_is_dripped() {
    let server = Running::start(only(|limits| limits.header = millis(300)), PATIENCE).await;
    for start in
        ["G", "GET / HT", "GET / HTTP/1.1\r\nHost: a", "PRI * HT", "GET / HTTP/1.1\r\nHost: a\r\nX: "]
    {
        let mut silent = server.connect().await;
        silent.say(start).await;
        assert_eq!(silent.hear_all().await, "", "{start}");
        let mut dripping = server.connect().await;
        dripping.say(start).await;
        dripping.drip("a", millis(20)).await;
    }
    assert_eq!(*server.desk.came.borrow(), 0);
}

/// T06
#[tokio::test]
async fn the_next_request_on_a_connection_has_no_more_time_than_the_first() {
    let server = Running::start(only(|limits| limits.header = millis(300)), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    client.hear_until("hello").await;
    client.say("GET / HTTP/1.1\r\nHo").await;
    client.drip("s", millis(20)).await;
}

/// T06
#[tokio::test]
async fn a_quiet_connection_is_closed_between_requests() {
    let server = Running::start(only(|limits| limits.idle = millis(1000)), PATIENCE).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        client.hear_until("hello").await;
    }
    let start = Instant::now();
    assert_eq!(client.hear_all().await, "");
    assert!(start.elapsed() >= millis(900));
    assert_eq!(server.metrics.timeouts.get(), 0, "nobody was slow");
}

/// T06
#[tokio::test]
async fn a_body_that_stops_or_drips_is_given_up() {
    let limits = only(|limits| {
        limits.header = millis(500);
        limits.body_idle = millis(300);
    });
    let server = Running::start(limits, PATIENCE).await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    let mut stopped = server.connect().await;
    stopped.say(head).await;
    stopped.say("a start").await;
    let answer = stopped.hear_all().await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.ends_with("too slowly"), "{answer}");
    let mut dripping = server.connect().await;
    dripping.say(head).await;
    dripping.drip("a", millis(20)).await;
}

/// T06
#[tokio::test]
async fn a_request_that_runs_and_a_body_that_flows_may_take_longer_than_the_limits_of_others() {
    let limits = only(|limits| {
        limits.first_byte = millis(900);
        limits.header = millis(300);
        limits.idle = millis(300);
        limits.write_stall = millis(300);
    });
    let server = Running::start(limits, PATIENCE).await;
    let (mut waiting, mut sending) = (server.connect().await, server.connect().await);
    waiting.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sending.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n").await;
    sending.say(&"x".repeat(20_000)).await;
    server.came(2).await;
    // The silent one is the clock: when it is closed, every other limit has gone by.
    server.connect().await.hear_all().await;
    server.desk.go.send_replace(true);
    waiting.hear_until("waited").await;
    sending.say(&"x".repeat(20_000)).await;
    sending.hear_until(&"x".repeat(40_000)).await;
}

/// T06, E: an answer that nobody reads
#[tokio::test]
async fn a_client_that_never_reads_is_cut_off() {
    let mut server = Running::start(only(|limits| limits.write_stall = millis(300)), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    within(server.gone.recv()).await.unwrap();
}

/// M2, R24
#[tokio::test]
async fn a_client_that_leaves_ends_its_answer_at_once() {
    let mut server = Running::start(only(|_| {}), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    client.hear_until("xxxx").await;
    drop(client);
    within(server.gone.recv()).await.unwrap();
}

/// T06
#[tokio::test]
async fn a_connection_over_a_cap_is_closed_at_once_and_a_place_comes_back() {
    for limits in [only(|limits| limits.per_proxy = 2), only(|limits| limits.connections = 2)] {
        let server = Running::start(limits, PATIENCE).await;
        let mut kept = [server.connect().await, server.connect().await];
        for client in &mut kept {
            client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
            client.hear_until("hello").await;
        }
        assert_eq!(server.metrics.connections.get(), 2);
        assert_eq!(server.connect().await.hear_all().await, "");
        assert_eq!(server.metrics.refused.get(), 1);
        let [first, mut second] = kept;
        drop(first);
        let freed = async {
            while server.metrics.connections.get() > 1 {
                tokio::task::yield_now().await;
            }
        };
        within(freed).await;
        let mut third = server.connect().await;
        for client in [&mut second, &mut third] {
            client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
            client.hear_until("hello").await;
        }
    }
}

/// A source that has no descriptor left.
struct Exhausted(Arc<AtomicUsize>);

impl Source for Exhausted {
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(io::Error::from_raw_os_error(24))
    }
}

/// R20
#[tokio::test(start_paused = true)]
async fn running_out_of_descriptors_does_not_spin_and_does_not_keep_the_process() {
    let tries = Arc::new(AtomicUsize::new(0));
    let (gone, _) = mpsc::unbounded_channel();
    let desk = Desk::new(gone);
    let server = Server::new(Limits::default(), TrustedProxies::default(), PATIENCE);
    let stop = CancellationToken::new();
    let serving = run(server, Exhausted(tries.clone()), router(desk), stop.clone());
    tokio::select! {
        () = serving => panic!("it must go on"),
        () = tokio::time::sleep(Duration::from_secs(60)) => {}
    }
    let tries = tries.load(Ordering::Relaxed);
    assert!((60..=70).contains(&tries), "{tries} in a minute");
}
