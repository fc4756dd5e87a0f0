//! The worker over a real folder.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use http::{Method, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use lofty::config::WriteOptions;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::tag::{Accessor, ItemKey, Tag, TagExt, TagType};
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use nameplate_music::library::Library;
use nameplate_music::upstream::{MusicUrl, Upstream, UpstreamLimits};
use nameplate_music::worker::{WorkerOptions, router};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// Frames of silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz.
fn mp3(frames: usize) -> Vec<u8> {
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0xc4]);
    frame.repeat(frames)
}

/// A FLAC file of one minute that holds nothing but its head: 44.1 kHz, 16 bit, stereo.
fn flac() -> Vec<u8> {
    let samples: u64 = 44_100 * 60;
    let rate_channels_bits: u64 = (44_100 << 44) | (1 << 41) | (15 << 36) | samples;
    let mut file = b"fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0".to_vec();
    file.extend(rate_channels_bits.to_be_bytes());
    file.extend([0; 16]);
    file
}

fn write(
    dir: &Path,
    name: &str,
    bytes: &[u8],
    tag: TagType,
    isrc: &str,
    title: &str,
    picture: Option<&[u8]>,
) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let mut tag = Tag::new(tag);
    tag.insert_text(ItemKey::Isrc, isrc.to_owned());
    tag.set_title(title.to_owned());
    tag.set_artist("Björk & the Others".to_owned());
    if let Some(picture) = picture {
        let picture =
            Picture::unchecked(picture.to_vec()).pic_type(PictureType::CoverFront).mime_type(MimeType::Png);
        tag.push_picture(picture.build());
    }
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "one.mp3",
        &mp3(400),
        TagType::Id3v2,
        "US-RC1-76-07839",
        "Titre \u{202e}été",
        Some(PNG),
    );
    write(dir.path(), "deep/er/two.flac", &flac(), TagType::VorbisComments, "gbaye0601498", "Deux", None);
    std::fs::write(dir.path().join("DEUM71807062.m4a"), b"no audio at all").unwrap();
    std::fs::write(dir.path().join("nameless.ogg"), b"no audio at all").unwrap();
    std::fs::write(dir.path().join("USRC17607839.txt"), b"no audio at all").unwrap();
    dir
}

/// A worker on loopback; it ends when dropped.
struct Running {
    base: String,
    _tasks: JoinSet<()>,
}

impl Running {
    async fn start(library: Arc<Library>, options: WorkerOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, router(library, options)));
        Self { base, _tasks: tasks }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        self.send(Method::GET, path, headers).await
    }
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(router.clone());
        connections.spawn(async move {
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn worker(dir: &TempDir) -> Running {
    let library = Arc::new(Library::scan(dir.path()).await.unwrap());
    Running::start(library, WorkerOptions::default()).await
}

const ONE: &str = "/stream/USRC17607839";

/// M6
#[tokio::test]
async fn a_track_is_found_by_its_tag_and_described_in_utf8() {
    let dir = folder();
    let worker = worker(&dir).await;
    let answer = worker.get("/stream/usrc17607839", &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers().clone();
    assert_eq!(headers["content-type"], "audio/mpeg");
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["x-track-title"].as_bytes(), "Titre été".as_bytes(), "without the direction mark");
    assert_eq!(headers["x-track-artist"].as_bytes(), "Björk & the Others".as_bytes());
    assert_eq!(headers["x-track-duration"], "10");
    assert_eq!(headers["x-track-artwork"], "/artwork/USRC17607839");
    assert!(!headers.contains_key("x-track-album"));
    assert!(headers.contains_key("etag") && headers.contains_key("last-modified"));
    let file = std::fs::read(dir.path().join("one.mp3")).unwrap();
    assert_eq!(headers["content-length"], file.len().to_string());
    assert!(answer.bytes().await.unwrap() == file);
}

/// M6
#[tokio::test]
async fn folders_below_and_file_names_count_and_other_files_do_not() {
    let dir = folder();
    let worker = worker(&dir).await;
    let deep = worker.get("/stream/GBAYE0601498", &[]).await;
    assert_eq!(
        (deep.headers()["content-type"].as_bytes(), deep.status()),
        (&b"audio/flac"[..], StatusCode::OK)
    );
    assert_eq!(deep.headers()["x-track-duration"], "60");
    let named = worker.get("/stream/DEUM71807062", &[]).await;
    assert_eq!(named.headers()["content-type"], "audio/mp4");
    assert_eq!(named.text().await.unwrap(), "no audio at all");
    assert_eq!(Library::scan(dir.path()).await.unwrap().len(), 3);
}

/// M6
#[tokio::test]
async fn faults_are_json() {
    let dir = folder();
    let worker = worker(&dir).await;
    for (method, path, status) in [
        (Method::GET, "/stream/USRC17607830", 404),
        (Method::GET, "/stream/short", 400),
        (Method::GET, "/stream/%ff%fe", 400),
        (Method::GET, "/stream/..%2f..%2fetc%2fpasswd", 400),
        (Method::GET, "/artwork/USRC17607830", 404),
        (Method::GET, "/artwork/GBAYE0601498", 404),
        (Method::GET, "/", 404),
        (Method::POST, ONE, 405),
    ] {
        let answer = worker.send(method, path, &[]).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(body["error"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
    }
}

/// M6: ranges as RFC 9110 has them
#[tokio::test]
async fn ranges_are_cut_exactly() {
    let dir = folder();
    let worker = worker(&dir).await;
    let file = std::fs::read(dir.path().join("one.mp3")).unwrap();
    let length = file.len();
    for (range, start, end) in [
        ("bytes=0-", 0, length - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=-500", length - 500, length - 1),
        ("bytes=-99999999", 0, length - 1),
        ("bytes=1000-99999999", 1000, length - 1),
    ] {
        let answer = worker.get(ONE, &[("range", range)]).await;
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(answer.headers()["content-range"], format!("bytes {start}-{end}/{length}"), "{range}");
        assert_eq!(answer.headers()["content-length"], (end - start + 1).to_string(), "{range}");
        assert!(answer.headers().contains_key("x-track-title"), "{range}");
        assert!(answer.bytes().await.unwrap() == file[start..=end], "{range}");
    }
    for range in [format!("bytes={length}-"), "bytes=-0".to_owned()] {
        let answer = worker.get(ONE, &[("range", &range)]).await;
        assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(answer.headers()["content-range"], format!("bytes */{length}"), "{range}");
    }
    for range in ["items=0-4", "bytes=0-1,5-6", "bytes=5-2", "bytes=a-b"] {
        let answer = worker.get(ONE, &[("range", range)]).await;
        assert_eq!(
            (answer.status(), answer.content_length()),
            (StatusCode::OK, Some(length as u64)),
            "{range}"
        );
    }
}

/// M6: If-Range and the other conditions
#[tokio::test]
async fn a_range_counts_only_while_the_validator_is_the_files_own() {
    let dir = folder();
    let worker = worker(&dir).await;
    let first = worker.get(ONE, &[]).await;
    let (etag, date) = (first.headers()["etag"].clone(), first.headers()["last-modified"].clone());
    let (etag, date) = (etag.to_str().unwrap(), date.to_str().unwrap());
    for (validator, status) in [
        (etag, 206),
        (date, 206),
        ("\"other\"", 200),
        ("Mon, 04 May 2020 08:00:00 GMT", 200),
        (&format!("W/{etag}"), 200),
    ] {
        let answer = worker.get(ONE, &[("range", "bytes=0-9"), ("if-range", validator)]).await;
        assert_eq!(answer.status().as_u16(), status, "{validator}");
    }
    assert_eq!(worker.get(ONE, &[("if-none-match", etag)]).await.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(worker.get(ONE, &[("if-modified-since", date)]).await.status(), StatusCode::NOT_MODIFIED);
}

/// M6
#[tokio::test]
async fn head_is_get_without_the_body_and_without_the_range() {
    let dir = folder();
    let worker = worker(&dir).await;
    let length = std::fs::metadata(dir.path().join("one.mp3")).unwrap().len();
    let answer = worker.send(Method::HEAD, ONE, &[("range", "bytes=0-9")]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-length"], length.to_string());
    assert!(answer.headers().contains_key("x-track-title"));
    assert!(answer.bytes().await.unwrap().is_empty());
}

/// M6
#[tokio::test]
async fn a_configured_key_is_needed_and_any_of_them_opens() {
    let dir = folder();
    let library = Arc::new(Library::scan(dir.path()).await.unwrap());
    let key = |text| MusicKey::parse(text).unwrap();
    let options = WorkerOptions { keys: vec![key("first key"), key("second/key")], base: None };
    let worker = Running::start(library, options).await;
    for (path, headers, status) in [
        (ONE, &[][..], 401),
        ("/stream/USRC17607839?key=", &[], 401),
        ("/stream/USRC17607839?key=first", &[], 401),
        ("/stream/USRC17607839?key=first%20key", &[], 200),
        ("/stream/USRC17607839?key=second%2Fkey", &[], 200),
        (ONE, &[("authorization", "Bearer second/key")], 200),
        (ONE, &[("authorization", "Bearer second/keys")], 401),
        (ONE, &[("authorization", "Basic second/key")], 401),
        ("/stream/short", &[], 401),
        ("/artwork/USRC17607839", &[], 200),
    ] {
        assert_eq!(worker.get(path, headers).await.status().as_u16(), status, "{path} {headers:?}");
    }
}

/// M6
#[tokio::test]
async fn the_picture_inside_a_file_is_shown_under_the_address_that_visitors_know() {
    let dir = folder();
    let library = Arc::new(Library::scan(dir.path()).await.unwrap());
    let base = Some("https://music.example/base".parse().unwrap());
    let worker = Running::start(library, WorkerOptions { base, ..WorkerOptions::default() }).await;
    let answer = worker.get(ONE, &[]).await;
    assert_eq!(answer.headers()["x-track-artwork"], "https://music.example/artwork/USRC17607839");
    let picture = worker.get("/artwork/usrc17607839", &[]).await;
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.bytes().await.unwrap(), PNG);
}

/// M6
#[tokio::test]
async fn a_changed_folder_is_seen_at_the_next_look() {
    let dir = folder();
    let library = Library::scan(dir.path()).await.unwrap();
    let isrc = |text| Isrc::parse(text).unwrap();
    write(dir.path(), "new.mp3", &mp3(10), TagType::Id3v2, "FRZ039800212", "Trois", None);
    write(dir.path(), "zzz.mp3", &mp3(10), TagType::Id3v2, "USRC17607839", "A second one", None);
    std::fs::remove_file(dir.path().join("DEUM71807062.m4a")).unwrap();
    assert_eq!(library.refresh().await.unwrap(), 3);
    assert_eq!(library.find(isrc("FRZ039800212")).unwrap().title, "Trois");
    assert!(library.find(isrc("DEUM71807062")).is_none());
    assert_eq!(library.find(isrc("USRC17607839")).unwrap().path, dir.path().join("one.mp3"));
    write(dir.path(), "new.mp3", &mp3(11), TagType::Id3v2, "FRZ039800212", "Trois, remastered", None);
    library.refresh().await.unwrap();
    assert_eq!(library.find(isrc("FRZ039800212")).unwrap().title, "Trois, remastered");
}

/// M6
#[tokio::test]
async fn a_folder_that_goes_away_leaves_what_was_known() {
    let dir = folder();
    let library = Library::scan(dir.path()).await.unwrap();
    drop(dir);
    assert!(library.refresh().await.is_err());
    assert_eq!(library.len(), 3);
    assert!(Library::scan("/nowhere/at/all").await.is_err());
}

/// M2, M6, W4: the demo's own music through the client
#[tokio::test]
async fn our_client_plays_our_worker() {
    let dir = tempfile::tempdir().unwrap();
    let tracks = nameplate_music::synth::write_demo_library(dir.path()).unwrap();
    let worker = worker(&dir).await;
    let template = MusicUrl::parse(&format!("{}/stream/{{isrc}}?key={{key}}", worker.base)).unwrap();
    let client = Upstream::new(template, UpstreamLimits::default()).unwrap();
    let key = MusicKey::parse("any").unwrap();
    for track in tracks {
        let answer = client.open(Method::GET, track.isrc, &key, None, None).await.unwrap();
        assert_eq!(answer.headers["content-type"], "audio/wav");
        assert_eq!(answer.headers["x-track-title"], track.title);
        assert_eq!(answer.headers["x-track-artist"], track.artist);
        assert_eq!(answer.headers["x-track-album"], track.album);
        assert_eq!(
            answer.headers["x-track-duration"],
            (track.duration.as_secs_f64().round() as u64).to_string()
        );
        let body = http_body_util::BodyExt::collect(answer.body).await.unwrap().to_bytes();
        assert!(body == std::fs::read(&track.path).unwrap());
    }
}
