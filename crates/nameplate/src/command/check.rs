//! `nameplate doctor`: is everything here that a node needs, and if not, what to do.

use std::process::ExitCode;

use nameplate_core::time::Timestamp;
use nameplate_live::StreamLimits;

use crate::config::Settings;
use crate::files;
use crate::parts::Parts;
use crate::system::{SystemClock, SystemEntropy, raise_file_limit};
use crate::terminal::{bold, dim, green, red};
use nameplate_core::time::Clock;

/// When this was written: a clock before it is wrong.
const BUILT_AFTER: i64 = 1_790_000_000_000;
/// Fewer files than this leave little room for streams.
const FEW_FILES: u64 = 4096;

/// What came of one check.
enum Finding {
    Good(String),
    /// What is wrong, and what to do about it.
    Bad(String, &'static str),
}

pub(crate) async fn doctor(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut findings = vec![
        ("data folder", data_folder(&settings)),
        ("root secret", root_secret(&settings)),
        ("clock", clock()),
        ("open files", open_files()),
        ("listen", port(settings.listen).await),
        ("internal", port(settings.internal_listen).await),
        ("fonts", fonts().await),
    ];
    findings.push(("database", database(settings.clone()).await));
    findings.push(("redis", redis(settings.clone()).await));
    findings.push(("files", blobs(settings).await));
    let mut is_well = true;
    for (name, finding) in findings {
        match finding {
            Finding::Good(what) => println!("{} {name:12} {}", green("ok  "), dim(&what)),
            Finding::Bad(what, cure) => {
                is_well = false;
                println!("{} {name:12} {what}\n     {}", red("FAIL"), bold(cure));
            }
        }
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn data_folder(settings: &Settings) -> Finding {
    let folder = &settings.data_dir;
    let probe = folder.join(".doctor");
    let tried = files::make_folder(folder)
        .and_then(|()| Ok(std::fs::write(&probe, b"ok")?))
        .and_then(|()| Ok(std::fs::remove_file(&probe)?));
    match tried {
        Ok(()) => Finding::Good(folder.display().to_string()),
        Err(error) => {
            Finding::Bad(format!("{error:#}"), "Set data_dir to a folder that this user may write.")
        }
    }
}

fn root_secret(settings: &Settings) -> Finding {
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

async fn port(address: std::net::SocketAddr) -> Finding {
    match nameplate_web::server::bind(address) {
        Ok(_) => Finding::Good(address.to_string()),
        Err(error) => Finding::Bad(
            format!("{address}: {error}"),
            "If a node already serves here all is well; else choose another address.",
        ),
    }
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

async fn redis(settings: Settings) -> Finding {
    let is_shared = settings.redis_url.is_some();
    let looked = async {
        let live = Parts::prepare(settings)?.live(StreamLimits { total: 1, per_address: 1 })?;
        anyhow::Ok(live.check().await?)
    };
    match looked.await {
        Ok(()) if is_shared => Finding::Good("answers".into()),
        Ok(()) => Finding::Good("none: presence is in the process, for one node".into()),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check redis_url, and that the server runs and lets this user in.",
        ),
    }
}

async fn blobs(settings: Settings) -> Finding {
    let place = settings.blob_url.clone();
    let looked = async { anyhow::Ok(Parts::prepare(settings)?.blobs()?.check().await?) };
    match looked.await {
        Ok(()) => Finding::Good(place.unwrap_or_else(|| "in the data folder".into())),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check blob_url and the s3_* settings, and that the bucket is there.",
        ),
    }
}

async fn database(settings: Settings) -> Finding {
    let opened = async {
        let parts = Parts::open(settings).await?;
        let version = parts.store.schema_version().await?;
        anyhow::Ok(format!("{}, schema {version}", parts.store.backend()))
    };
    match opened.await {
        Ok(what) => Finding::Good(what),
        Err(error) => Finding::Bad(
            format!("{error:#}"),
            "Check database_url, and that the database runs and lets this user in.",
        ),
    }
}
