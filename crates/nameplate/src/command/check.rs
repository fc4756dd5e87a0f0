//! `nameplate doctor`: is everything here that a node needs, and if not, what to do.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use nameplate_core::time::{Clock, Timestamp};
use nameplate_live::StreamLimits;
use nameplate_store::{Keyring, Store, StoreConfig};
use secrecy::SecretBox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Settings;
use crate::files;
use crate::parts::{check_database_folder, root_key};
use crate::system::{SystemClock, SystemEntropy, raise_file_limit};
use crate::terminal::{bold, dim, green, red, say};

/// When this was written: a clock before it is wrong.
const BUILT_AFTER: i64 = 1_790_000_000_000;
/// Fewer files than this leave little room for streams.
const FEW_FILES: u64 = 4096;
/// What is said of something that is no fault before the first start.
const NOT_YET: &str = "is not there yet: the first start makes it";
/// What a node that runs beside this may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of one check.
enum Finding {
    Good(String),
    /// What is wrong, and what to do about it.
    Bad(String, &'static str),
}

/// Looks, and makes nothing that the first start would make.
pub(crate) async fn doctor(settings: Settings) -> anyhow::Result<ExitCode> {
    let folder = data_folder(&settings);
    let has_folder = matches!(folder, Finding::Good(_));
    let mut findings = vec![("data folder", folder)];
    // Without the folder these would only say so again.
    if has_folder {
        findings.push(("root secret", root_secret(&settings)));
        findings.push(("database", database(&settings).await));
        findings.push(("files", blobs(&settings).await));
    }
    findings.extend([
        ("redis", redis(&settings).await),
        ("listen", port(settings.listen).await),
        ("internal", port(settings.internal_listen).await),
        ("clock", clock()),
        ("open files", open_files()),
        ("fonts", fonts().await),
    ]);
    let mut is_well = true;
    for (name, finding) in findings {
        match finding {
            Finding::Good(what) => say!("{} {name:12} {}", green("ok  "), dim(&what))?,
            Finding::Bad(what, cure) => {
                is_well = false;
                say!("{} {name:12} {what}\n     {}", red("FAIL"), bold(cure))?;
            }
        }
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn data_folder(settings: &Settings) -> Finding {
    let folder = settings.data_dir.display();
    match files::look_for_folder(&settings.data_dir) {
        Ok(true) => Finding::Good(folder.to_string()),
        Ok(false) => Finding::Good(format!("{folder} {NOT_YET}")),
        Err(error) => {
            Finding::Bad(format!("{error:#}"), "Set data_dir to a folder that this user may write.")
        }
    }
}

/// Whether no start has made a root secret here, and none is given.
fn is_without_secret(settings: &Settings) -> bool {
    settings.root_secret.is_none() && !files::root_secret_file(&settings.data_dir).exists()
}

fn root_secret(settings: &Settings) -> Finding {
    if is_without_secret(settings) {
        return Finding::Good(NOT_YET.to_owned());
    }
    match files::root_secret(settings.root_secret.as_ref(), &settings.data_dir, &SystemEntropy) {
        Ok(_) => Finding::Good("well-formed; keep a copy of it away from the database's backups".into()),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Without the right root secret, keys in the database cannot be read.",
        ),
    }
}

fn clock() -> Finding {
    let now = SystemClock.now();
    if now > Timestamp::from_millis(BUILT_AFTER) {
        Finding::Good(now.to_rfc3339())
    } else {
        Finding::Bad(
            format!("it says {}", now.to_rfc3339()),
            "Set the clock: leases, plans and signed links go by it.",
        )
    }
}

fn open_files() -> Finding {
    match raise_file_limit() {
        few if few < FEW_FILES => Finding::Bad(
            format!("{few} at most"),
            "Raise the limit (LimitNOFILE= in systemd, ulimit -n): each stream holds one.",
        ),
        files => Finding::Good(format!("{files} at most")),
    }
}

async fn port(address: SocketAddr) -> Finding {
    match nameplate_web::server::bind(address) {
        Ok(_) => Finding::Good(address.to_string()),
        Err(error) if error.kind() == ErrorKind::AddrInUse && is_node(address).await => {
            Finding::Good(format!("{address} is in use by a node that runs"))
        }
        Err(error) => Finding::Bad(
            format!("{address}: {error}"),
            "Choose another address, or end what listens there: it is no node that answers.",
        ),
    }
}

/// Whether a node answers at an address.
async fn is_node(address: SocketAddr) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    matches!(answer, Ok(Ok(text)) if text.starts_with("HTTP/1.1 200 ") && text.ends_with("\r\n\r\nok"))
}

async fn fonts() -> Finding {
    let drawn = tokio::task::spawn_blocking(draw_a_card);
    match drawn.await {
        Ok(Ok(png)) => Finding::Good(format!("a card was drawn, {} KB", png.len() / 1024)),
        Ok(Err(error)) => Finding::Bad(error.to_string(), "The binary is damaged: install it again."),
        Err(error) => Finding::Bad(error.to_string(), "The binary is damaged: install it again."),
    }
}

/// A small card with words in several scripts.
fn draw_a_card() -> Result<Vec<u8>, nameplate_card::CardError> {
    nameplate_card::Renderer::new().render(&nameplate_card::CardContent {
        name: "Nameplate 名札 \u{1f3f7}".to_owned(),
        handle: "@doctor".to_owned(),
        bio: None,
        badges: Vec::new(),
        avatar: None,
        avatar_shape: nameplate_card::AvatarShape::default(),
        background: nameplate_card::Background::Solid(nameplate_card::Rgb(24, 24, 32)),
        accent: nameplate_card::Rgb(120, 140, 255),
        footer: String::new(),
    })
}

async fn redis(settings: &Settings) -> Finding {
    let streams = StreamLimits { total: 1, per_address: 1 };
    let looked = async {
        let live = settings.live(Arc::new(SystemClock), Arc::new(SystemEntropy), streams)?;
        anyhow::Ok(live.check().await?)
    };
    match looked.await {
        Ok(()) if settings.redis_url.is_some() => Finding::Good("answers".into()),
        Ok(()) => Finding::Good("none: presence is in the process, for one node".into()),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check redis_url, and that the server runs and lets this user in.",
        ),
    }
}

async fn blobs(settings: &Settings) -> Finding {
    let place = settings.blob_place();
    let looked = async {
        if !place.contains("://") && !files::look_for_folder(Path::new(&place))? {
            return Ok(format!("{place} {NOT_YET}"));
        }
        settings.blobs()?.check().await?;
        anyhow::Ok(settings.blob_url.clone().unwrap_or_else(|| "in the data folder".into()))
    };
    match looked.await {
        Ok(what) => Finding::Good(what),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check blob_url and the s3_* settings, and that the bucket is there.",
        ),
    }
}

async fn database(settings: &Settings) -> Finding {
    match look_at_database(settings).await {
        Ok(what) => Finding::Good(what),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check database_url, and that the database runs and lets this user in.",
        ),
    }
}

async fn look_at_database(settings: &Settings) -> anyhow::Result<String> {
    let config = settings.database()?;
    if let StoreConfig::Sqlite(file) = &config {
        check_database_folder(file, settings)?;
        if !file.exists() {
            return Ok(format!("{} {NOT_YET}", file.display()));
        }
    }
    let is_new = is_without_secret(settings);
    let key = if is_new { SecretBox::default() } else { root_key(settings, &SystemEntropy)? };
    let store = Store::open(&config, Keyring::new(&key), Arc::new(SystemEntropy))?;
    if is_new {
        store.ping().await?;
        let is_empty = store.schema_version().await.is_err();
        ensure!(is_empty, "it holds an instance, and the root secret of that instance is not here");
        return Ok(format!("{}, empty: the first start makes its tables", store.backend()));
    }
    store.migrate().await?;
    Ok(format!("{}, schema {}", store.backend(), store.schema_version().await?))
}
