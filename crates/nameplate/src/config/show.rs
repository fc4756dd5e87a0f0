//! The settings as `nameplate config` shows them: what counts, in TOML, and nothing secret.

use secrecy::{ExposeSecret, SecretString};
use toml::Value;
use url::Url;

use super::{LogFormat, Registration, Settings};
use crate::node::public_url;

const MASK: &str = "********";

impl Settings {
    /// `key = value` lines in TOML, for `nameplate config`; secrets are masked.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let text = |text: &str| Value::String(text.to_owned()).to_string();
        let texts =
            |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect()).to_string();
        let optional =
            |value: Option<String>| value.map_or_else(|| "# not set".to_owned(), |value| text(&value));
        let secret = |secret: &Option<SecretString>| optional(secret.as_ref().map(|_| MASK.to_owned()));
        vec![
            ("listen", text(&self.listen.to_string())),
            ("internal_listen", text(&self.internal_listen.to_string())),
            ("internal_token", secret(&self.internal_token)),
            ("data_dir", text(&self.data_dir.to_string_lossy())),
            ("base_domain", text(self.base_domain.as_str())),
            ("public_url", optional(self.shown_public_url())),
            ("site_name", text(&self.site_name)),
            ("exempt_domains", texts(self.exempt_domains.iter().map(ToString::to_string).collect())),
            ("database_url", text(&self.shown_database())),
            ("redis_url", optional(self.redis_url.as_ref().map(masked_secret))),
            ("blob_url", text(&masked_place(&self.blob_place()))),
            ("s3_endpoint", optional(self.s3_endpoint.as_deref().map(masked))),
            ("s3_region", text(self.s3_region())),
            ("s3_path_style", self.s3_path_style.to_string()),
            ("s3_access_key_id", optional(self.s3_access_key_id.clone())),
            ("s3_secret_access_key", secret(&self.s3_secret_access_key)),
            ("trusted_proxies", texts(self.trusted_proxies.iter().map(ToString::to_string).collect())),
            ("music_url", optional(self.music_url.as_ref().map(|music| masked(&music.written)))),
            ("discord_api", text(self.discord_api.0.as_str())),
            ("discord_token", secret(&self.discord_token)),
            ("discord_client_id", optional(self.discord_client_id.clone())),
            ("discord_client_secret", secret(&self.discord_client_secret)),
            ("registration", text(if self.registration == Registration::Open { "open" } else { "closed" })),
            ("smtp_url", optional(self.smtp_url.as_ref().map(masked_secret))),
            ("smtp_from", text(&self.smtp_from())),
            ("sms_url", optional(self.sms_url.as_ref().map(|url| masked(url.as_str())))),
            ("sms_secret", secret(&self.sms_secret)),
            ("bot_check", text(self.bot_check().as_str())),
            ("turnstile_site_key", optional(self.turnstile_site_key.clone())),
            ("turnstile_secret", secret(&self.turnstile_secret)),
            ("turnstile_api", text(self.turnstile_api.0.as_str())),
            ("resolver", optional(self.resolver.map(|resolver| resolver.to_string()))),
            ("root_secret", secret(&self.root_secret)),
            ("drain", self.drain.to_string()),
            ("log", text(&self.log)),
            ("log_format", text(if self.log_format == LogFormat::Json { "json" } else { "text" })),
            ("region", text(&self.region)),
        ]
    }

    fn shown_public_url(&self) -> Option<String> {
        let url = self.knows_public_url().then(|| public_url(self, self.listen).ok());
        url.flatten().map(|url| url.to_string())
    }

    fn shown_database(&self) -> String {
        match &self.database_url {
            Some(url) => masked_place(url.expose_secret()),
            None => format!("sqlite:{}", self.database_file().display()),
        }
    }
}

/// Connection URLs, separated by commas where there are several.
fn masked_secret(secret: &SecretString) -> String {
    secret.expose_secret().split(',').map(masked).collect::<Vec<_>>().join(",")
}

/// A path as it is, a URL masked.
fn masked_place(place: &str) -> String {
    if place.contains("://") { masked(place) } else { place.to_owned() }
}

/// A URL without what may be secret in it: the password, or the name where it stands alone for a token, and what the
/// query says. Our own placeholders stay.
fn masked(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return MASK.to_owned() };
    let is_masked = if url.password().is_some() {
        url.set_password(Some(MASK))
    } else if !url.username().is_empty() && url.scheme().starts_with("http") {
        url.set_username(MASK)
    } else {
        Ok(())
    };
    if is_masked.is_err() {
        return MASK.to_owned();
    }
    let query = url.query().map(|query| query.split('&').map(masked_pair).collect::<Vec<_>>().join("&"));
    url.set_query(query.as_deref());
    // A URL encodes the braces of a placeholder in its path.
    url.as_str().replace("%7B", "{").replace("%7D", "}")
}

/// `name=value` of a query.
fn masked_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((_, value)) if value.starts_with('{') && value.ends_with('}') => pair.to_owned(),
        Some((name, _)) => format!("{name}={MASK}"),
        None => MASK.to_owned(),
    }
}
