//! The four requests that go to Discord's HTTP API: where the gateway is, who we are, which commands we have, and the
//! answer to a command.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);
/// Answers are small; a longer one is no answer of Discord's.
const MAX_ANSWER: usize = 256 * 1024;

/// Why Discord did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RestFault {
    #[error("Discord does not accept the token; set `discord_token` to the bot's token")]
    BadToken,
    #[error("Discord asks to wait for {0:?}")]
    Limited(Duration),
    #[error("Discord answered with status {0}")]
    Status(u16),
    #[error("Discord cannot be reached: {0}")]
    Unreachable(&'static str),
    #[error("Discord's answer cannot be read")]
    Unreadable,
}

impl From<reqwest::Error> for RestFault {
    /// Without the address: that of a command's answer holds a token.
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(match () {
            () if error.is_timeout() => "no answer in time",
            () if error.is_connect() => "no connection",
            () => "the connection broke",
        })
    }
}

/// `GET /gateway/bot`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Gateway {
    pub url: String,
    pub shards: u32,
    pub session_start_limit: StartLimit,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StartLimit {
    pub total: u32,
    pub remaining: u32,
    /// Milliseconds.
    pub reset_after: u64,
    pub max_concurrency: u16,
}

#[derive(Clone)]
pub(crate) struct Rest {
    client: reqwest::Client,
    api: Url,
    token: SecretString,
}

impl Rest {
    pub(crate) fn new(api: Url, token: SecretString) -> Result<Self, RestFault> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(TIMEOUT)
            .user_agent(concat!(
                "DiscordBot (",
                env!("CARGO_PKG_REPOSITORY"),
                ", ",
                env!("CARGO_PKG_VERSION"),
                ")"
            ))
            .build()?;
        Ok(Self { client, api, token })
    }

    /// Where the gateway is and how many shards Discord recommends. Over a wire that is not encrypted only if the API
    /// is reached so: the token goes there.
    pub(crate) async fn gateway(&self) -> Result<Gateway, RestFault> {
        let answer = self.ask(Method::GET, &["gateway", "bot"], None).await?;
        let gateway: Gateway = serde_json::from_value(answer).map_err(|_| RestFault::Unreadable)?;
        let is_as_safe = gateway.url.starts_with("wss://")
            || (gateway.url.starts_with("ws://") && self.api.scheme() == "http");
        let is_sound = is_as_safe && gateway.shards > 0 && Url::parse(&gateway.url).is_ok();
        if is_sound { Ok(gateway) } else { Err(RestFault::Unreadable) }
    }

    /// The id of the application that the token's bot belongs to.
    pub(crate) async fn application(&self) -> Result<String, RestFault> {
        let answer = self.ask(Method::GET, &["applications", "@me"], None).await?;
        answer.get("id").and_then(Value::as_str).map(str::to_owned).ok_or(RestFault::Unreadable)
    }

    /// Makes these the application's commands, everywhere.
    pub(crate) async fn register(&self, application: &str, commands: Value) -> Result<(), RestFault> {
        self.ask(Method::PUT, &["applications", application, "commands"], Some(commands)).await.map(drop)
    }

    /// Answers an interaction.
    pub(crate) async fn answer(&self, id: u64, token: &str, answer: Value) -> Result<(), RestFault> {
        let path = ["interactions", &id.to_string(), token, "callback"];
        self.ask(Method::POST, &path, Some(answer)).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &[&str], body: Option<Value>) -> Result<Value, RestFault> {
        let mut url = self.api.clone();
        // A base URL that can have no path was refused with the settings.
        url.path_segments_mut().map_err(|()| RestFault::Unreadable)?.pop_if_empty().extend(path);
        let authorization = format!("Bot {}", self.token.expose_secret().trim_start_matches("Bot "));
        let mut request = self.client.request(method, url).header("authorization", authorization);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        match answer.status() {
            StatusCode::UNAUTHORIZED => Err(RestFault::BadToken),
            StatusCode::TOO_MANY_REQUESTS => Err(RestFault::Limited(wait(&answer))),
            status if !status.is_success() => Err(RestFault::Status(status.as_u16())),
            StatusCode::NO_CONTENT => Ok(Value::Null),
            _ => read(answer).await,
        }
    }
}

/// How long Discord asks to wait.
fn wait(answer: &reqwest::Response) -> Duration {
    let seconds =
        answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    Duration::from_secs(seconds.unwrap_or(5).clamp(1, 300).into())
}

async fn read(mut answer: reqwest::Response) -> Result<Value, RestFault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(RestFault::Unreadable);
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(|_| RestFault::Unreadable)
}
