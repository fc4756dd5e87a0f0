//! Who somebody is at Discord: the authorization code flow with PKCE (T30), for `identify` and nothing more.
//!
//! The token that Discord gives is used for one question and dropped. What binds an answer to the browser that asked is
//! the caller's.

use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);
/// Answers are small; a longer one is no answer of Discord's.
const MAX_ANSWER: usize = 64 * 1024;

/// Why it is not known who somebody is. None of them shows an address, a code or a token.
#[derive(Debug, thiserror::Error)]
pub enum OAuthFault {
    #[error("Discord cannot be reached, or its answer cannot be read")]
    Unreachable,
    #[error("Discord does not accept what it was asked")]
    Refused,
}

/// Somebody at Discord.
#[derive(Clone, Debug, Deserialize)]
pub struct Identity {
    pub id: String,
    pub username: String,
    /// The name that is shown.
    pub global_name: Option<String>,
    /// The hash of the avatar.
    pub avatar: Option<String>,
}

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Signs people in as an application of Discord's.
pub struct OAuth {
    http: reqwest::Client,
    client: Client,
    user: Url,
    issuer: String,
}

impl OAuth {
    /// `api` is the base of the HTTP API; people are asked at the same host. `redirect` is where they come back to.
    pub fn new(api: &Url, id: &str, secret: &SecretString, redirect: Url) -> Result<Self, OAuthFault> {
        let issuer = api.origin().ascii_serialization();
        let below = |path: &[&str]| {
            let mut url = api.clone();
            url.path_segments_mut().map_err(|()| OAuthFault::Refused)?.pop_if_empty().extend(path);
            Ok::<_, OAuthFault>(url)
        };
        let ask = Url::parse(&format!("{issuer}/oauth2/authorize")).map_err(|_| OAuthFault::Refused)?;
        let client = BasicClient::new(ClientId::new(id.to_owned()))
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::from_url(ask))
            .set_token_uri(TokenUrl::from_url(below(&["oauth2", "token"])?))
            .set_redirect_uri(RedirectUrl::from_url(redirect));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(TIMEOUT)
            .build()
            .map_err(|_| OAuthFault::Unreachable)?;
        Ok(Self { http, client, user: below(&["users", "@me"])?, issuer })
    }

    /// Who answers, as `iss` names it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where a browser is sent to ask its user.
    pub fn authorize(&self, state: String, verifier: String) -> String {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let request = self.client.authorize_url(|| CsrfToken::new(state));
        let request = request.add_scope(Scope::new("identify".to_owned())).set_pkce_challenge(challenge);
        request.add_extra_param("prompt", "none").url().0.into()
    }

    /// Who came back with a code.
    pub async fn identify(&self, code: String, verifier: String) -> Result<Identity, OAuthFault> {
        let exchange = self.client.exchange_code(AuthorizationCode::new(code));
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let http = self.http.clone();
        let send = move |request: HttpRequest| send(http.clone(), request);
        let answer = exchange.request_async(&send).await.map_err(|fault| match fault {
            oauth2::RequestTokenError::ServerResponse(_) => OAuthFault::Refused,
            _ => OAuthFault::Unreachable,
        })?;
        let request = self.http.get(self.user.clone()).bearer_auth(answer.access_token().secret());
        let answer = request.send().await.map_err(|_| OAuthFault::Unreachable)?;
        if !answer.status().is_success() {
            return Err(OAuthFault::Refused);
        }
        serde_json::from_slice(&read(answer).await?).map_err(|_| OAuthFault::Unreachable)
    }
}

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, OAuthFault> {
    let request = reqwest::Request::try_from(request).map_err(|_| OAuthFault::Refused)?;
    let answer = http.execute(request).await.map_err(|_| OAuthFault::Unreachable)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(read(answer).await?);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, OAuthFault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| OAuthFault::Unreachable)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(OAuthFault::Unreachable);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
