//! The art proxy: what a visitor gets, what is kept, and where it never goes.

use std::net::SocketAddr;
use std::sync::Arc;

use image::ImageFormat;
use nameplate_media::art::{Art, ArtError, ArtSettings};
use nameplate_media::art_fetch;
use nameplate_media::art_hosts::AllowedHosts;
use nameplate_media::pool::PicturePool;

use crate::sample::{encoded, jpeg_with_exif, png_bomb, quarters};
use crate::upstream::{Upstream, ok, redirect, status};

fn art(upstream: art_fetch::Upstream) -> Art {
    Art::new(ArtSettings { hosts: AllowedHosts::default(), upstream }, PicturePool::new(2, 16)).unwrap()
}

fn played_by(upstream: &Upstream) -> Art {
    art(art_fetch::Upstream::Played(upstream.address))
}

/// Every name leads to `addresses`.
fn resolving_to(addresses: &[SocketAddr]) -> Art {
    let addresses = addresses.to_vec();
    art(art_fetch::Upstream::Internet(Arc::new(move |_| {
        let addresses = addresses.clone();
        Box::pin(async move { Ok(addresses) })
    })))
}

/// P10
#[tokio::test]
async fn art_is_made_anew_small_and_without_metadata() {
    let sent = jpeg_with_exif(&encoded(&quarters(900, 600), ImageFormat::Jpeg), 6);
    let upstream = Upstream::start(move |head| {
        assert!(head.starts_with("GET /image/ab67?size=big HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("\r\nhost: i.scdn.co\r\n"), "{head}");
        assert!(
            !head.contains("referer") && !head.contains("cookie") && !head.contains("forwarded"),
            "{head}"
        );
        Some(ok(&sent))
    });
    let upstream = upstream.await;
    let image = played_by(&upstream).fetch("https://i.scdn.co/image/ab67?size=big#x").await.unwrap();
    let shown = image::load_from_memory(&image.bytes).unwrap();
    assert_eq!((shown.width(), shown.height()), (341, 512));
    assert!(!image.bytes.windows(6).any(|window| window == b"CANARY"));
    assert!(["image/png", "image/jpeg"].contains(&image.mime));
    assert!(
        image.etag.len() == 66 && image.etag.starts_with('"') && image.etag.ends_with('"'),
        "{}",
        image.etag
    );
}

/// P10
#[tokio::test]
async fn a_crowd_that_asks_for_one_picture_makes_one_request() {
    let sent = encoded(&quarters(64, 64), ImageFormat::Png);
    let upstream = Upstream::start(move |_| Some(ok(&sent))).await;
    let art = played_by(&upstream);
    let crowd = (0..50).map(|_| art.fetch("https://i.scdn.co/image/one"));
    let images: Vec<_> =
        futures_util::future::join_all(crowd).await.into_iter().map(Result::unwrap).collect();
    assert!(images.iter().all(|image| Arc::ptr_eq(image, &images[0])));
    art.fetch("https://I.SCDN.CO:443/image/one#again").await.unwrap();
    assert_eq!(upstream.requests(), 1);
}

/// P10
#[tokio::test]
async fn each_way_to_fail_is_told_apart_and_remembered() {
    let bomb = png_bomb(22_000, 22_000, 1, 0);
    let upstream = Upstream::start(move |head| {
        Some(match head.split(' ').nth(1).unwrap() {
            "/gone" => status("410 Gone"),
            "/denied" => status("403 Forbidden"),
            "/failing" => status("500 Internal Server Error"),
            "/busy" => status("429 Too Many Requests"),
            "/odd" => status("206 Partial Content"),
            "/page" => ok(b"<!doctype html><script>alert(1)</script>"),
            "/svg" => ok(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "/empty" => ok(b""),
            "/bomb" => ok(&bomb),
            "/long" => b"HTTP/1.1 200 OK\r\ncontent-length: 4194305\r\n\r\n".to_vec(),
            "/endless" => [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![0; 5 << 20]].concat(),
            "/short" => b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n\x89PNG".to_vec(),
            "/noise" => b"\x16\x03\x01\x02\r\n\r\n".to_vec(),
            path => panic!("{path}"),
        })
    });
    let upstream = upstream.await;
    let art = played_by(&upstream);
    let expected = [
        ("gone", ArtError::NotFound),
        ("denied", ArtError::NotFound),
        ("failing", ArtError::Unreachable),
        ("busy", ArtError::Unreachable),
        ("odd", ArtError::Unreachable),
        ("page", ArtError::NotAnImage),
        ("svg", ArtError::NotAnImage),
        ("empty", ArtError::NotAnImage),
        ("bomb", ArtError::TooBig),
        ("long", ArtError::TooBig),
        ("endless", ArtError::TooBig),
        ("short", ArtError::Unreachable),
        ("noise", ArtError::Unreachable),
    ];
    for _ in 0..2 {
        for (path, error) in expected {
            assert_eq!(art.fetch(&format!("https://i.scdn.co/{path}")).await, Err(error), "{path}");
        }
    }
    assert_eq!(upstream.requests(), expected.len());
}

/// T21: time is the test's, so eight seconds pass as soon as nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_silent_host_is_given_up_after_eight_seconds() {
    let upstream = Upstream::start(|_| None).await;
    let started = tokio::time::Instant::now();
    assert_eq!(played_by(&upstream).fetch("https://i.scdn.co/x").await, Err(ArtError::Unreachable));
    assert!(started.elapsed().as_millis() <= 8_001, "{:?}", started.elapsed());
}

/// T21
#[tokio::test]
async fn each_redirect_is_judged_and_only_three_are_followed() {
    let canary = Upstream::canary().await;
    let port = canary.address.port();
    let sent = encoded(&quarters(8, 8), ImageFormat::Png);
    let upstream = Upstream::start(move |head| {
        let path = head.split(' ').nth(1).unwrap();
        Some(match path.trim_start_matches('/').split_once('-').unwrap() {
            ("hop", "0") => ok(&sent),
            ("hop", left) => redirect(&format!("/hop-{}", left.parse::<u32>().unwrap() - 1)),
            ("other", _) => redirect("https://is1-ssl.mzstatic.com/hop-0"),
            ("loopback", _) => redirect(&format!("https://127.0.0.1:{port}/")),
            ("scheme", _) => redirect(&format!("//127.0.0.1:{port}/")),
            ("plain", _) => redirect("http://i.scdn.co/hop-0"),
            ("name", _) => redirect(&format!("https://localhost:{port}/")),
            ("port", _) => redirect(&format!("https://i.scdn.co:{port}/")),
            ("file", _) => redirect("file:///etc/passwd"),
            _ => status("302 Found"),
        })
    });
    let upstream = upstream.await;
    let art = played_by(&upstream);
    for path in ["hop-0", "hop-3", "other-1"] {
        assert!(art.fetch(&format!("https://i.scdn.co/{path}")).await.is_ok(), "{path}");
    }
    assert_eq!(art.fetch("https://i.scdn.co/hop-4").await, Err(ArtError::Unreachable));
    assert_eq!(art.fetch("https://i.scdn.co/nowhere-1").await, Err(ArtError::Unreachable));
    for path in ["loopback-1", "scheme-1", "plain-1", "name-1", "port-1", "file-1"] {
        assert_eq!(
            art.fetch(&format!("https://i.scdn.co/{path}")).await,
            Err(ArtError::NotAllowed),
            "{path}"
        );
    }
    assert_eq!(canary.connections(), 0);
}

/// T21, M7, M8
#[tokio::test]
async fn no_spelling_of_an_address_makes_a_connection() {
    let canary = Upstream::canary().await;
    let port = canary.address.port();
    let art = resolving_to(&[canary.address]);
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "0",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "localhost.localdomain",
        "127.0.0.1.nip.io",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "i.scdn.co@127.0.0.1",
        "127.0.0.1#i.scdn.co",
        "127.0.0.1/i.scdn.co",
        "127.0.0.1\\i.scdn.co",
        "127.0.0.1?i.scdn.co",
        "i.scdn.co.",
        "i.scdn.co%2f@127.0.0.1",
        "i.scdn.co\u{0}",
        "i.scdn.co%00.evil.test",
        "xn--i-scdn.co",
    ] {
        for url in [
            format!("https://{host}/x.png"),
            format!("https://{host}:{port}/x.png"),
            format!("http://{host}:{port}/x.png"),
            format!("//{host}:{port}/x.png"),
        ] {
            assert_eq!(art.fetch(&url).await, Err(ArtError::NotAllowed), "{url}");
        }
    }
    assert_eq!(canary.connections(), 0);
}

/// T21, M8
#[tokio::test]
async fn an_allowed_name_that_leads_inside_makes_no_connection() {
    let canary = Upstream::canary().await;
    let port = canary.address.port();
    let inside = [
        "127.0.0.1",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "169.254.169.254",
    ];
    for address in inside.map(|address| SocketAddr::new(address.parse().unwrap(), port)) {
        let public = SocketAddr::new("1.1.1.1".parse().unwrap(), 443);
        for answer in [vec![address], vec![public, address], vec![]] {
            let refused = resolving_to(&answer).fetch("https://i.scdn.co/x.png").await;
            assert_eq!(refused, Err(ArtError::Unreachable), "{answer:?}");
        }
    }
    assert_eq!(canary.connections(), 0);
    tokio::net::TcpStream::connect(canary.address).await.unwrap();
    while canary.connections() == 0 {
        tokio::task::yield_now().await;
    }
}
