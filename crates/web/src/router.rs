//! Every URL of the system.
//!
//! [`Public`] is what the public listener serves: it finds the authority of a request (R1), gives the paths that every
//! host answers to the API (R2), and everything else to the surface that the host names (R3 to R8).

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body::Body as _;
use nameplate_app::Action;
use nameplate_core::host::Surface;
use nameplate_core::id::UserId;
use nameplate_core::secret::KeyKind;
use tower::ServiceExt;

use crate::account::users::Target;
use crate::metrics::{Route, RoutePath};
use crate::state::{ClientAddress, SiteHost, Web};
use crate::{account, api, files, host, ops, reply, security, site, studio};

/// `/api/v1` and the probes, on every host (R2).
fn api_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    Router::new()
        .route("/healthz", get(ops::health::alive))
        .route("/readyz", get(ops::health::ready))
        .route("/api/v1/openapi.json", get(api::openapi::document))
        .route("/api/v1/art", get(api::art::image))
        .route("/api/v1/profiles/{profile}/og.png", get(api::card::png))
        .route("/api/v1/profiles/{profile}/click", post(api::click::click))
        .route("/api/v1/profiles/{profile}/contact/challenge", get(api::contact::challenge))
        .route("/api/v1/profiles/{profile}/contact/{channel}", post(api::contact::send))
        .route("/api/v1/profiles/{profile}/music/{isrc}", get(api::music::track))
        .route("/api/v1/profiles/{profile}/music/", get(api::music::incomplete))
        .route("/api/v1/profiles//music/{isrc}", get(api::music::incomplete))
        .route("/api/v1/profiles/presence/{user}", get(api::presence::snapshot))
        .route("/api/v1/profiles/presence/{user}/stream", get(api::stream::events))
        .route("/api/v1/profiles/presence//stream", get(api::stream::incomplete))
        .merge(studio::routes::studio_api(web))
        .route_layer(from_fn(remember_route))
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::method_not_allowed)
}

/// `relay.B` and `api.B`.
fn account_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    let limited = |action| from_fn_with_state((web.clone(), action), account::limited::guard);
    Router::new()
        .route("/users/{id}", get(account::users::user))
        .route("/region", get(account::region::region))
        .route("/report", post(account::report::report).route_layer(limited(Action::Report)))
}

/// `relay.B` alone.
fn relay_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    let limited = |action| from_fn_with_state((web.clone(), action), account::limited::guard);
    Router::new()
        .route("/theme", patch(account::theme::set).route_layer(limited(Action::SetTheme)))
        .route("/profile", patch(account::profile::edit).route_layer(limited(Action::UpdateProfile)))
        .route("/profile/avatar", post(account::picture::avatar).route_layer(limited(Action::SetAvatar)))
        .route("/profile/banner", post(account::picture::banner).route_layer(limited(Action::SetBanner)))
        .route("/block", post(account::block::block).route_layer(limited(Action::Block)))
        .route("/unblock", post(account::block::unblock).route_layer(limited(Action::Unblock)))
        .route("/blocks", get(account::block::list))
        .route("/usage-history", get(account::history::history).route_layer(limited(Action::UsageHistory)))
}

/// The uploads, on both hosts.
fn upload_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    let limited = |action| from_fn_with_state((web.clone(), action), account::limited::guard);
    Router::new()
        .route("/upload", post(account::upload::upload).route_layer(limited(Action::Upload)))
        .route("/appendUpload", post(account::upload::append).route_layer(limited(Action::AppendUpload)))
        .route("/uploads", get(account::uploads::list).route_layer(limited(Action::ListUploads)))
        .route("/editUpload", patch(account::uploads::edit).route_layer(limited(Action::EditUpload)))
        .route("/deleteUpload", delete(account::uploads::delete).route_layer(limited(Action::DeleteUpload)))
        .route("/posts/{code}", get(account::posts::post).route_layer(limited(Action::GetPost)))
}

/// What every host that shows pages answers.
fn page_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/favicon.ico", get(site::assets::favicon))
        .route("/robots.txt", get(site::assets::robots))
        .route("/assets/{file}", get(site::assets::asset))
}

/// A profile's host.
fn site_routes() -> Router<Arc<Web>> {
    page_routes()
        .route("/", get(site::page::page))
        .route("/{file}", get(files::file::beside_page))
        .route_layer(from_fn(remember_route))
        .fallback(site::not_found)
        .method_not_allowed_fallback(site::method_not_allowed)
}

/// The dashboard: the base domain, `www` and the exempt roots.
fn studio_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    page_routes()
        .route("/", get(studio::home::home))
        .route("/p/{code}", get(studio::share::page))
        .route("/{code}", get(studio::share::link))
        .route("/sharex.sxcu", get(studio::sharex::config))
        .route("/upload", post(studio::sharex::upload))
        .route("/upload/{id}", delete(studio::sharex::delete))
        .merge(studio::routes::studio_pages(web))
        .route_layer(from_fn(remember_route))
        .fallback(studio::not_found)
        .method_not_allowed_fallback(site::method_not_allowed)
}

/// `i.B`.
fn files_routes() -> Router<Arc<Web>> {
    page_routes()
        .route("/avatars/{user}/{file}", get(files::file::stored))
        .route("/{user}/thumb/{file}", get(files::file::stored))
        .route("/banners/{user}/{file}", get(files::file::stored))
        .route("/{user}/{file}", get(files::file::stored))
        .route("/{file}", get(files::file::short))
        .route_layer(from_fn(remember_route))
        .fallback(studio::not_found)
        .method_not_allowed_fallback(site::method_not_allowed)
}

/// The internal listener (W8).
pub fn internal(web: Arc<Web>) -> Router {
    Router::new()
        .route("/healthz", get(ops::health::alive))
        .route("/readyz", get(ops::health::ready_in_full))
        .route("/metrics", get(ops::metrics::metrics))
        .route("/tls-ask", get(ops::tls_ask::tls_ask))
        .route("/presence/{user}", put(ops::presence::put).delete(ops::presence::delete))
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::method_not_allowed)
        .layer(from_fn_with_state(web.clone(), ops::guard))
        .with_state(web)
}

/// Makes the public service.
pub fn public(web: Arc<Web>) -> Public {
    let account = |kind, routes: Router<Arc<Web>>| {
        routes
            .route_layer(from_fn(remember_route))
            .fallback(account::not_found)
            .method_not_allowed_fallback(account::method_not_allowed)
            .layer(map_response_with_state(kind, account::seal))
            .layer(axum::Extension(kind))
            .with_state(web.clone())
    };
    Public(Arc::new(Routers {
        api: api_routes(&web).with_state(web.clone()),
        relay: account(
            KeyKind::Relay,
            account_routes(&web).merge(upload_routes(&web)).merge(relay_routes(&web)),
        ),
        account: account(KeyKind::Api, account_routes(&web).merge(upload_routes(&web))),
        site: site_routes().with_state(web.clone()),
        studio: studio_routes(&web).with_state(web.clone()),
        files: files_routes().with_state(web.clone()),
        web,
    }))
}

/// The service of the public listener.
#[derive(Clone)]
pub struct Public(Arc<Routers>);

struct Routers {
    web: Arc<Web>,
    api: Router,
    relay: Router,
    account: Router,
    site: Router,
    studio: Router,
    files: Router,
}

impl<B> tower::Service<Request<B>> for Public
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<tower::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let routers = self.0.clone();
        let request = request.map(Body::new);
        Box::pin(async move { Ok(routers.answer(request).await) })
    }
}

impl Routers {
    /// Answers a request, counts it, and keeps a panic from taking more than this one answer.
    async fn answer(&self, request: Request<Body>) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let answer = AssertUnwindSafe(self.route(request)).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|_| {
            self.web.metrics.panics.inc();
            tracing::error!("a handler panicked");
            reply::bare(StatusCode::INTERNAL_SERVER_ERROR)
        });
        let route = response.extensions_mut().remove::<Route>().unwrap_or_default();
        let elapsed = started.elapsed();
        self.web.metrics.count(&route, response.status(), elapsed);
        tracing::debug!(
            target: "access",
            request = self.web.next_request_id(),
            %method,
            surface = route.surface,
            route = route.path.as_str(),
            status = response.status().as_u16(),
            micros = elapsed.as_micros() as u64,
        );
        response
    }

    async fn route(&self, request: Request<Body>) -> Response {
        let (mut parts, body) = request.into_parts();
        let Ok(authority) = host::authority(&parts) else {
            return security::harden(reply::plain(StatusCode::BAD_REQUEST, "Bad host"), &self.web);
        };
        let (surface, router, place) = if is_api(parts.uri.path()) {
            ("api", &self.api, Place::Api)
        } else {
            match self.web.zones().surface(&authority) {
                Surface::Studio => ("studio", &self.studio, Place::Other),
                Surface::Relay => ("relay", &self.relay, Place::Account(KeyKind::Relay)),
                Surface::Api => ("account", &self.account, Place::Account(KeyKind::Api)),
                Surface::Files => ("files", &self.files, Place::Other),
                Surface::Slot(host) => ("site", &self.site, Place::Site(SiteHost::Slot(host))),
                Surface::Foreign(host) => ("site", &self.site, Place::Site(SiteHost::Foreign(host))),
            }
        };
        let mut response = match self.shortcut(&parts, &place).await {
            Some(response) => response,
            None => {
                if let Place::Site(site) = place {
                    parts.extensions.insert(site);
                }
                let Ok(response) = router.clone().oneshot(Request::from_parts(parts, body)).await;
                response
            }
        };
        response.extensions_mut().get_or_insert_default::<Route>().surface = surface;
        if response.status() == StatusCode::NOT_MODIFIED {
            // The length of what is not sent, which the router takes for nought (RFC 9110, 8.6).
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        security::harden(response, &self.web)
    }

    /// What is asked most goes straight to its handler: matching and layers would cost as much as the answer.
    async fn shortcut(&self, parts: &Parts, place: &Place) -> Option<Response> {
        if parts.method != Method::GET {
            return None;
        }
        let (path, mut response) = match (place, parts.uri.path()) {
            (Place::Site(host), "/") => {
                let client = ClientAddress::of(parts, &self.web);
                ("/", site::page::page_of(&self.web, host, client, &parts.method, &parts.headers).await)
            }
            (Place::Account(kind), path) => {
                let target = Target::parse(path.strip_prefix("/users/")?)?;
                let response = account::users::user_by_key(&self.web, *kind, parts, target).await;
                ("/users/{id}", account::sealed(*kind, response))
            }
            (Place::Api, path) => {
                let user = UserId::parse(path.strip_prefix("/api/v1/profiles/presence/")?).ok()?;
                ("/api/v1/profiles/presence/{user}", api::presence::snapshot_of(&self.web, Some(user)).await)
            }
            _ => return None,
        };
        response.extensions_mut().insert(Route { surface: "", path: RoutePath::Known(path) });
        // Where the router puts it too, so that no answer shows by its order which way it took.
        if let Some(length) = response.body().size_hint().exact() {
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        Some(response)
    }
}

/// Where a request is answered, as far as shortcuts lead there.
enum Place {
    Api,
    Account(KeyKind),
    Site(SiteHost),
    Other,
}

/// Leaves in the response which route answered, for the metrics.
async fn remember_route(path: MatchedPath, request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Route { surface: "", path: RoutePath::Matched(path) });
    response
}

/// The paths that every host answers (R2).
fn is_api(path: &str) -> bool {
    path.starts_with("/api/v1/") || path == "/healthz" || path == "/readyz"
}
