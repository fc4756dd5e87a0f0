//! The fake's sign-in page and what stands behind it: codes for whoever is signed in at the fake, with PKCE.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

use super::{CLIENT_ID, CLIENT_SECRET, FakeDiscord, Shared};

/// What the sign-in page knows.
#[derive(Default)]
pub(super) struct SignIn {
    /// Who is signed in at the fake; nobody says no to whoever asks.
    pub person: Option<Value>,
    /// Codes that were given out: the challenge, and where they were sent.
    codes: HashMap<String, (String, String)>,
    tokens: HashMap<String, Value>,
    given: u64,
    /// How often a code was to be exchanged.
    pub exchanges: u64,
}

type Answer = (u16, Value);

/// A page that sends the browser elsewhere.
pub(super) fn redirect(place: &str) -> Response<http_body_util::Full<bytes::Bytes>> {
    Response::builder().status(302).header("location", place).body(Default::default()).unwrap()
}

impl SignIn {
    /// `GET /oauth2/authorize`: where the browser goes next.
    ///
    /// # Errors
    /// What the application asked for wrongly.
    fn authorize(&mut self, query: &str, issuer: &str) -> Result<String, String> {
        let asked: HashMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        for (name, value) in [
            ("client_id", CLIENT_ID),
            ("response_type", "code"),
            ("scope", "identify"),
            ("code_challenge_method", "S256"),
        ] {
            if of(name) != value {
                return Err(format!("{name} is {:?}", of(name)));
            }
        }
        let mut back = url::Url::parse(&of("redirect_uri")).map_err(|error| error.to_string())?;
        back.query_pairs_mut().append_pair("state", &of("state"));
        if self.person.is_none() {
            back.query_pairs_mut().append_pair("error", "access_denied");
            return Ok(back.into());
        }
        self.given += 1;
        let code = format!("code{}", self.given);
        self.codes.insert(code.clone(), (of("code_challenge"), of("redirect_uri")));
        back.query_pairs_mut().append_pair("code", &code).append_pair("iss", issuer);
        Ok(back.into())
    }

    /// `POST /oauth2/token`. A code is good once.
    fn exchange(&mut self, authorization: Option<&str>, body: &[u8]) -> Answer {
        self.exchanges += 1;
        let sent: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
        let of = |name: &str| sent.get(name).cloned().unwrap_or_default();
        let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
        if authorization != Some(&basic) {
            return (401, json!({ "error": "invalid_client" }));
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
        let known = self.codes.remove(&of("code"));
        if of("grant_type") != "authorization_code" || known != Some((challenge, of("redirect_uri"))) {
            return (400, json!({ "error": "invalid_grant" }));
        }
        let token = format!("access{}", self.given);
        self.tokens.insert(format!("Bearer {token}"), self.person.clone().unwrap_or_default());
        (
            200,
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": 604_800, "scope": "identify" }),
        )
    }
}

impl Shared {
    /// What the sign-in answers, if it is asked.
    pub(super) fn sign_in(
        &self,
        method: &Method,
        segments: &[&str],
        query: &str,
        authorization: Option<&str>,
        body: &[u8],
    ) -> Option<Result<Answer, String>> {
        let mut world = self.world.lock().unwrap();
        match (method, segments) {
            (&Method::GET, ["oauth2", "authorize"]) => {
                match world.sign_in.authorize(query, &format!("http://{}", self.api)) {
                    Ok(place) => Some(Err(place)),
                    Err(fault) => Some(Ok((400, json!({ "message": fault })))),
                }
            }
            (&Method::POST, ["oauth2", "token"]) => Some(Ok(world.sign_in.exchange(authorization, body))),
            (&Method::GET, ["users", "@me"]) => {
                let person = world.sign_in.tokens.get(authorization?)?;
                Some(Ok((200, person.clone())))
            }
            _ => None,
        }
    }
}

impl FakeDiscord {
    /// Who is signed in at the fake, and lets every application know; nobody, to say no.
    pub fn signed_in(&self, person: Option<Value>) {
        self.world(|world| world.sign_in.person = person);
    }

    /// How often a code was to be exchanged.
    pub fn exchanges(&self) -> u64 {
        self.world(|world| world.sign_in.exchanges)
    }

    /// What a browser does with the address of the sign-in page: where it is sent back to.
    pub fn ask(&self, url: &str) -> String {
        let (_, query) = url.split_once("/oauth2/authorize?").expect("the address of the sign-in page");
        let issuer = format!("http://{}", self.shared.api);
        self.world(|world| world.sign_in.authorize(query, &issuer)).expect("a request as Discord wants it")
    }
}
