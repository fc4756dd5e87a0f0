//! Opens the place where blobs lie: a local folder, an S3-compatible bucket, or memory for tests (contract W5).
//!
//! Only here does the kind of store matter; [`crate::blobs`] speaks to all of them alike.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Where blobs lie, as the operator says it.
#[derive(Clone, Debug, Default)]
pub struct BlobSettings {
    /// `file:///…` or a plain path, `s3://bucket/prefix`, or `memory:`, which forgets everything at the end.
    pub url: String,
    /// Read for `s3://` only.
    pub s3: S3Settings,
}

/// How an S3-compatible service is reached.
#[derive(Clone, Debug, Default)]
pub struct S3Settings {
    /// Another service than AWS, as in `https://s3.example.org`; `http://` is allowed for one in the same house.
    pub endpoint: Option<String>,
    /// `us-east-1` when left out.
    pub region: Option<String>,
    /// `endpoint/bucket/key` rather than `bucket.endpoint/key`; most self-hosted services want it.
    pub is_path_style: bool,
    pub access_key_id: Option<String>,
    pub secret_access_key: Option<SecretString>,
}

/// Why the store cannot be opened; the text names the setting.
#[derive(Debug, thiserror::Error)]
pub enum BlobSetupError {
    #[error("blob_url must be a folder, file:///folder, s3://bucket/prefix or memory:")]
    Url,
    #[error("blob_url: the folder {} cannot be made or read: {source}", folder.display())]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("an s3:// blob_url needs the access key's id and its secret")]
    Credentials,
    #[error("blob_url: {0}")]
    Store(#[from] object_store::Error),
}

/// An opened store and what [`crate::blobs::Blobs`] must know of its kind.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) part_bytes: usize,
}

/// Of a blob that is smaller, nothing is stored before all of it is there.
pub const SMALLEST_PART: usize = 1 << 20;
/// A disk takes small writes well, and each open upload holds one part in memory.
const DISK_PART_BYTES: usize = SMALLEST_PART;
/// S3 allows 10,000 parts: 8 MiB reach 78 GiB, past the largest plan.
const S3_PART_BYTES: usize = 8 << 20;

pub(crate) fn open(settings: &BlobSettings) -> Result<Opened, BlobSetupError> {
    match settings.url.split_once(':') {
        Some(("memory", "")) => {
            Ok(Opened { store: Arc::new(InMemory::new()), folder: None, part_bytes: DISK_PART_BYTES })
        }
        Some(("s3", _)) => open_s3(settings),
        Some(("file", _)) => {
            let url = Url::parse(&settings.url).map_err(|_| BlobSetupError::Url)?;
            open_folder(&url.to_file_path().map_err(|()| BlobSetupError::Url)?)
        }
        Some((_, rest)) if rest.starts_with("//") => Err(BlobSetupError::Url),
        _ if settings.url.is_empty() => Err(BlobSetupError::Url),
        _ => open_folder(Path::new(&settings.url)),
    }
}

fn open_folder(folder: &Path) -> Result<Opened, BlobSetupError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| BlobSetupError::Folder { folder: folder.to_path_buf(), source })?;
    // Each write goes to a temporary file beside its place, is synced, renamed, and its folder synced.
    let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
    Ok(Opened { store: Arc::new(store), folder: Some(folder.to_path_buf()), part_bytes: DISK_PART_BYTES })
}

fn open_s3(settings: &BlobSettings) -> Result<Opened, BlobSetupError> {
    let url = Url::parse(&settings.url).map_err(|_| BlobSetupError::Url)?;
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty()).ok_or(BlobSetupError::Url)?;
    let S3Settings { endpoint, region, is_path_style, access_key_id, secret_access_key } = &settings.s3;
    let (Some(id), Some(secret)) = (access_key_id, secret_access_key) else {
        return Err(BlobSetupError::Credentials);
    };
    // The client takes the process's TLS provider; whoever comes first sets it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region.as_deref().unwrap_or("us-east-1"))
        .with_virtual_hosted_style_request(!is_path_style)
        .with_access_key_id(id)
        .with_secret_access_key(secret.expose_secret())
        .with_retry(RetryConfig {
            max_retries: 3,
            retry_timeout: Duration::from_secs(10),
            ..Default::default()
        })
        .with_client_options(s3_client());
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    let bucket = builder.build()?;
    let store: Arc<dyn ObjectStore> = match url.path().trim_matches('/') {
        "" => Arc::new(bucket),
        prefix => Arc::new(PrefixStore::new(bucket, prefix)),
    };
    Ok(Opened { store, folder: None, part_bytes: S3_PART_BYTES })
}

/// No limit on a whole answer, since a visitor may read a long file slowly, but one on each silence.
fn s3_client() -> ClientOptions {
    ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(3))
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_secs(30))
}
