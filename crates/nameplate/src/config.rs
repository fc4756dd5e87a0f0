//! The configuration (contract W6): defaults, then the file, then the environment, then flags.
//!
//! Each layer is a table of keys; they are laid over each other and read into [`Settings`] once, so an unknown key or
//! a bad value stops the start with the key's name. The environment holds texts: one is read as the type that the
//! default of its key has. Nobody else in the house reads the environment.

mod check;
mod effective;
mod show;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ipnet::IpNet;
use nameplate_core::host::Host;
use nameplate_core::plan::PlanTable;
use nameplate_courier::SmsUrl;
use nameplate_music::upstream::{BadMusicUrl, MusicUrl};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use toml::{Table, Value};
use url::Url;

const PREFIX: &str = "NAMEPLATE_";
/// Names the configuration file, as `--config` does, and is no setting in it.
const CONFIG: &str = "NAMEPLATE_CONFIG";

/// Every setting, with its effective value.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the public listens.
    pub listen: SocketAddr,
    /// Where the operator listens: metrics, readiness, `tls-ask` and presence feeds. Never public.
    pub internal_listen: SocketAddr,
    /// A bearer token that the internal listener asks for.
    #[serde(default)]
    pub internal_token: Option<SecretString>,
    pub data_dir: PathBuf,
    pub base_domain: Host,
    /// The dashboard's address as visitors see it, with scheme and port; made from the others when left out.
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    pub site_name: String,
    /// Other hosts that show the dashboard.
    pub exempt_domains: Vec<Host>,
    #[serde(default)]
    pub database_url: Option<SecretString>,
    #[serde(default)]
    pub redis_url: Option<SecretString>,
    #[serde(default)]
    pub blob_url: Option<String>,
    /// Another S3-compatible service than AWS.
    #[serde(default)]
    pub s3_endpoint: Option<String>,
    #[serde(default)]
    pub s3_region: Option<String>,
    /// `endpoint/bucket/key` rather than `bucket.endpoint/key`.
    pub s3_path_style: bool,
    #[serde(default)]
    pub s3_access_key_id: Option<String>,
    #[serde(default)]
    pub s3_secret_access_key: Option<SecretString>,
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    #[serde(default, deserialize_with = "music_url")]
    pub music_url: Option<MusicTemplate>,
    /// The base of Discord's HTTP API.
    pub discord_api: ApiUrl,
    #[serde(default)]
    pub discord_token: Option<SecretString>,
    #[serde(default)]
    pub discord_client_id: Option<String>,
    #[serde(default)]
    pub discord_client_secret: Option<SecretString>,
    /// Whether people who sign in for the first time get an account.
    pub registration: Registration,
    /// The server for mail to owners: smtps://user:password@host, or smtp://host with ?tls=required for STARTTLS.
    #[serde(default)]
    pub smtp_url: Option<SecretString>,
    /// Who sends that mail; made from the others when left out.
    #[serde(default)]
    pub smtp_from: Option<String>,
    /// Where text messages to owners are posted, with `{to}` and `{text}` perhaps.
    #[serde(default, deserialize_with = "sms_url")]
    pub sms_url: Option<SmsUrl>,
    /// A bearer token for it.
    #[serde(default)]
    pub sms_secret: Option<SecretString>,
    /// How contact forms tell people from programs; left out, by work, or by Turnstile where that is set up.
    #[serde(default)]
    pub bot_check: Option<BotCheckName>,
    #[serde(default)]
    pub turnstile_site_key: Option<String>,
    #[serde(default)]
    pub turnstile_secret: Option<SecretString>,
    /// The base of Turnstile's HTTP API.
    pub turnstile_api: ApiUrl,
    /// The name server that is asked about domains, with its port; left out, those of the system.
    #[serde(default)]
    pub resolver: Option<SocketAddr>,
    /// 64 hex digits from which all other keys are derived; made in `data_dir` when left out.
    #[serde(default)]
    pub root_secret: Option<SecretString>,
    /// Seconds for which a stop waits for what runs.
    pub drain: u64,
    /// What is logged, as in `info,access=debug`.
    pub log: String,
    pub log_format: LogFormat,
    /// Name of the region that `GET /region` gives.
    pub region: String,
    pub plans: PlanTable,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BotCheckName {
    Pow,
    Turnstile,
    None,
}

impl BotCheckName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pow => "pow",
            Self::Turnstile => "turnstile",
            Self::None => "none",
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Registration {
    Open,
    Closed,
}

/// An http or https URL with a host and nothing behind it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PublicUrl(pub Url);

impl TryFrom<String> for PublicUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| "must be a URL such as https://example.org")?;
        let is_origin = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_origin { Ok(Self(url)) } else { Err("must be an http or https address without a path") }
    }
}

/// An http or https URL under which paths can be put.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ApiUrl(pub Url);

impl TryFrom<String> for ApiUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| "must be a URL such as https://discord.com/api/v10")?;
        let is_base = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_base { Ok(Self(url)) } else { Err("must be an http or https address, perhaps with a path") }
    }
}

/// The music worker's address as it was written, and as it is used.
#[derive(Clone)]
pub(crate) struct MusicTemplate {
    pub written: String,
    pub url: MusicUrl,
}

impl MusicTemplate {
    pub(crate) fn parse(written: String) -> Result<Self, BadMusicUrl> {
        Ok(Self { url: MusicUrl::parse(&written)?, written })
    }
}

fn music_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MusicTemplate>, D::Error> {
    MusicTemplate::parse(String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

fn sms_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SmsUrl>, D::Error> {
    SmsUrl::parse(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let network = |text: &String| {
        text.parse().or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()))
    };
    let networks = texts.iter().map(|text| network(text).map_err(|_| text));
    networks.collect::<Result<_, _>>().map_err(|text| {
        serde::de::Error::custom(format_args!(
            "`{text}` is neither an address nor a network such as 10.0.0.0/8"
        ))
    })
}

/// The flags that lay over everything else. Secrets have none: they come by file or environment.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Flags {
    /// The configuration file [default: nameplate.toml, if it is there]
    #[arg(long, value_name = "FILE", global = true, env = CONFIG)]
    pub config: Option<PathBuf>,
    /// Where the public listens, such as 0.0.0.0:8080
    #[arg(long, value_name = "ADDRESS", global = true)]
    listen: Option<String>,
    /// Where metrics, readiness and presence feeds listen
    #[arg(long, value_name = "ADDRESS", global = true)]
    internal_listen: Option<String>,
    /// The folder for everything that is kept
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<String>,
    /// The domain under which profiles have their slots
    #[arg(long, value_name = "DOMAIN", global = true)]
    base_domain: Option<String>,
    /// The dashboard's address as visitors see it
    #[arg(long, value_name = "URL", global = true)]
    public_url: Option<String>,
    /// Where uploads are kept: a folder, or s3://bucket
    #[arg(long, value_name = "URL", global = true)]
    blob_url: Option<String>,
    /// Networks whose forwarding headers are believed, separated by commas
    #[arg(long, value_name = "NETWORKS", global = true)]
    trusted_proxies: Option<String>,
    /// The music worker's address, with {isrc} and perhaps {key}
    #[arg(long, value_name = "TEMPLATE", global = true)]
    music_url: Option<String>,
    /// What is logged, such as info,access=debug
    #[arg(long, value_name = "FILTER", global = true)]
    log: Option<String>,
}

impl Flags {
    fn layer(&self) -> Vec<(&'static str, &String)> {
        let flags = [
            ("listen", &self.listen),
            ("internal_listen", &self.internal_listen),
            ("data_dir", &self.data_dir),
            ("base_domain", &self.base_domain),
            ("public_url", &self.public_url),
            ("blob_url", &self.blob_url),
            ("trusted_proxies", &self.trusted_proxies),
            ("music_url", &self.music_url),
            ("log", &self.log),
        ];
        flags.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?))).collect()
    }
}

/// The settings that have a value when nobody gives one.
const DEFAULTS: &str = r#"
listen = "127.0.0.1:8080"
internal_listen = "127.0.0.1:9100"
data_dir = "./data"
base_domain = "localhost"
site_name = "Nameplate"
exempt_domains = []
s3_path_style = false
trusted_proxies = []
discord_api = "https://discord.com/api/v10"
registration = "open"
turnstile_api = "https://challenges.cloudflare.com/turnstile/v0"
drain = 10
log = "info"
log_format = "text"
region = "unknown"
"#;

/// A variable of the environment.
pub(crate) type Variable = (String, String);

/// The variables of this process that are settings.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn environment() -> Vec<Variable> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX) && name != CONFIG)
        .collect()
}

/// Lays the layers over each other.
pub(crate) fn load(flags: &Flags, environment: &[Variable]) -> anyhow::Result<Settings> {
    let mut table: Table = DEFAULTS.parse().context("the built-in defaults")?;
    table.insert("plans".to_owned(), Value::try_from(PlanTable::default()).context("the built-in plans")?);
    let defaults = table.clone();
    if let Some((path, text)) = read_file(flags.config.as_deref())? {
        let file: Table = text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
        lay(&mut table, file);
    }
    for (name, text) in environment {
        let (key, value) = variable(name, text)?;
        let value = typed(&key, &value, &defaults)?;
        table.insert(key, value);
    }
    for (key, text) in flags.layer() {
        table.insert(key.to_owned(), typed(key, text, &defaults)?);
    }
    let settings: Settings = serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let message = error.inner().to_string();
        anyhow::anyhow!("setting `{}`: {}", error.path(), message.lines().next().unwrap_or_default())
    })?;
    settings.check()?;
    Ok(settings)
}

/// Lays a table over another, key by key, and so the tables in it.
fn lay(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn read_file(given: Option<&Path>) -> anyhow::Result<Option<(PathBuf, String)>> {
    let path = given.unwrap_or(Path::new("nameplate.toml"));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && given.is_none() => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the configuration file {}", path.display())),
    }
}

/// `NAMEPLATE_DISCORD_TOKEN_FILE=/run/token` is the key `discord_token` with the file's text.
fn variable(name: &str, text: &str) -> anyhow::Result<(String, String)> {
    let key = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
    match key.strip_suffix("_file") {
        Some(key) => {
            let value = std::fs::read_to_string(text)
                .with_context(|| format!("setting `{key}`: the file that {name} names"))?;
            Ok((key.to_owned(), value.trim_end_matches(['\r', '\n']).to_owned()))
        }
        None => Ok((key, text.to_owned())),
    }
}

fn typed(key: &str, text: &str, defaults: &Table) -> anyhow::Result<Value> {
    Ok(match defaults.get(key) {
        Some(Value::Integer(_)) => match text.trim().parse() {
            Ok(number) => Value::Integer(number),
            Err(_) => bail!("setting `{key}`: must be a whole number"),
        },
        Some(Value::Boolean(_)) => match text.trim() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => bail!("setting `{key}`: must be true or false"),
        },
        Some(Value::Array(_)) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        Some(Value::Table(_)) => bail!("setting `{key}`: is a table and goes in the configuration file"),
        _ => Value::String(text.to_owned()),
    })
}
