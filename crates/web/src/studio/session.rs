//! Who is signed in, and whether a change comes from our own pages (T15, T16).
//!
//! [`guard`] stands before every route of the studio's API, so that none can forget it. Handlers take [`Owner`], or
//! [`Operator`] where the instance is concerned.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, ORIGIN, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use nameplate_app::{Caller, Session};
use nameplate_core::id::UserId;
use nameplate_core::secret::Token;
use nameplate_core::user::User;
use subtle::ConstantTimeEq;

use crate::api;
use crate::host::authority;
use crate::reply::{self, Envelope};
use crate::state::Web;
use crate::studio::cookie::{self, Purpose};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Owner(Arc<SignedIn>);

struct SignedIn {
    caller: Caller,
    session: Session,
    csrf: String,
}

impl Owner {
    pub(crate) fn id(&self) -> UserId {
        self.0.caller.id()
    }

    pub(crate) fn user(&self) -> &User {
        self.0.caller.user()
    }

    /// The same session, with the account as it is now.
    pub(crate) fn with(&self, caller: Caller) -> Self {
        let (session, csrf) = (self.0.session.clone(), self.0.csrf.clone());
        Self(Arc::new(SignedIn { caller, session, csrf }))
    }

    /// The same for the services that the account API uses as well.
    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    /// What a change must bring back.
    pub(crate) fn csrf(&self) -> &str {
        &self.0.csrf
    }

    /// Whether a form or header brought what [`Self::csrf`] says.
    pub(crate) fn is_csrf(&self, sent: &[u8]) -> bool {
        self.csrf().as_bytes().ct_eq(sent).into()
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(signed_out)
    }
}

/// Somebody who is signed in and runs the instance. To others the route is not there.
#[allow(dead_code, reason = "for the handlers of the areas to come")]
pub(crate) struct Operator(pub Owner);

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let owner = Owner::from_request_parts(parts, state).await?;
        let user = owner.user();
        if user.is_operator && !user.is_suspended { Ok(Self(owner)) } else { Err(api::not_found().await) }
    }
}

/// Whether a request came to the dashboard's own host. On others a cookie counts for nothing.
pub(crate) fn is_at_home(web: &Web, parts: &Parts) -> bool {
    authority(parts).is_ok_and(|authority| web.home.as_ref() == Some(&authority))
}

/// Whoever is signed in with a request.
///
/// # Errors
/// The answer for when the database is away.
pub(crate) async fn find(web: &Web, parts: &Parts) -> Result<Option<Owner>, Response> {
    let token = is_at_home(web, parts).then(|| cookie::read(web, &parts.headers, Purpose::Session));
    let Some(token) = token.flatten() else { return Ok(None) };
    of_token(web, &token).await
}

async fn of_token(web: &Web, token: &Token) -> Result<Option<Owner>, Response> {
    let sessions = &web.app.sessions;
    let Some(session) = sessions.find(token).await.map_err(|_| unavailable())? else { return Ok(None) };
    let caller = web.app.accounts.signed_in(&session.owner).await.map_err(|_| unavailable())?;
    let csrf = sessions.csrf(token);
    Ok(caller.map(|caller| Owner(Arc::new(SignedIn { caller, session, csrf }))))
}

/// Before every route of the studio's API: lets through who is signed in, and changes only from our own pages.
pub(crate) async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let owner = match find(&web, &parts).await {
        Ok(Some(owner)) => owner,
        Ok(None) => return signed_out(),
        Err(response) => return response,
    };
    if !parts.method.is_safe()
        && let Err(response) = check_change(&web, &parts.headers, &owner)
    {
        return *response;
    }
    parts.extensions.insert(owner);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // What one person may see, whatever a handler says of its answer.
    response.headers_mut().insert(CACHE_CONTROL, reply::PRIVATE);
    response
}

/// Before every route but those of the sessions: who is suspended looks, and changes nothing.
pub(crate) async fn active(owner: Owner, request: Request, next: Next) -> Response {
    if owner.user().is_suspended && !request.method().is_safe() {
        let text = "This account is suspended, so it can be looked at and not changed.";
        return Envelope::refuse(StatusCode::FORBIDDEN, "suspended", text);
    }
    next.run(request).await
}

fn check_change(web: &Web, headers: &HeaderMap, owner: &Owner) -> Result<(), Box<Response>> {
    let refuse = |status, code, text: &str| Err(Box::new(Envelope::refuse(status, code, text)));
    if !is_same_origin(web, headers) {
        return refuse(StatusCode::FORBIDDEN, "bad_origin", "A change must come from a page of this studio.");
    }
    let mut tokens = headers.get_all(X_CSRF_TOKEN).iter();
    let is_ours = tokens.next().is_some_and(|token| owner.is_csrf(token.as_bytes()));
    if !is_ours || tokens.next().is_some() {
        let text = "The request lacks the token of this session. Load the page again.";
        return refuse(StatusCode::FORBIDDEN, "bad_token", text);
    }
    if has_body(headers) && !is_type(headers, "application/json") && !is_type(headers, "multipart/form-data")
    {
        let text = "The body must be JSON or a multipart form, and say so in Content-Type.";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_type", text);
    }
    Ok(())
}

/// Whether the browser says that a request comes from a page of the dashboard. Profiles on hosts beside it are as foreign
/// as any other site.
pub(crate) fn is_same_origin(web: &Web, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == web.app.links().origin().as_bytes(),
        (None, _) => headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin"),
        (Some(_), Some(_)) => false,
    }
}

pub(super) fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    length || headers.contains_key(TRANSFER_ENCODING)
}

pub(super) fn is_type(headers: &HeaderMap, essence: &str) -> bool {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|kind| kind.to_str().ok()?.split(';').next());
    kinds.next().is_none() && kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(essence))
}

/// Before the pages of the studio: who is not signed in is asked to, and led back then.
pub(crate) async fn or_login(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match find(&web, &parts).await {
        Ok(Some(owner)) => {
            parts.extensions.insert(owner);
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(None) => {
            let path = parts.uri.path_and_query().map_or("/studio", |path| path.as_str());
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            see(StatusCode::FOUND, &format!("/login?next={next}"))
        }
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Before every page that is only at the dashboard's own address: other hosts of the dashboard lead there.
pub(crate) async fn at_home(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if is_at_home(&web, &parts) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    if !parts.method.is_safe() {
        return web.pages.error(StatusCode::NOT_FOUND);
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    see(StatusCode::FOUND, &format!("{}{path}", web.app.links().origin()))
}

/// An answer that leads elsewhere.
pub(crate) fn see(status: StatusCode, place: &str) -> Response {
    let Ok(place) = HeaderValue::try_from(place) else {
        return reply::bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = reply::bare(status);
    response.headers_mut().insert(LOCATION, place);
    response.into_response()
}

fn signed_out() -> Response {
    Envelope::refuse(StatusCode::UNAUTHORIZED, "signed_out", "Nobody is signed in.")
}

/// The database is away.
pub(crate) fn unavailable() -> Response {
    let text = "The database does not answer. Try again in a moment.";
    reply::retry_after(Envelope::refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text), 2)
}
