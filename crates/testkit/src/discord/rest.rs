//! The fake's HTTP API: what a bot needs to log in, to register commands and to answer them, and a way to drive the fake
//! from another process (`POST /control`).

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::oauth::redirect;
use super::{BOT, Shared};

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, shared.clone()));
            // A client may leave when it likes.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let path = head.uri.path().trim_start_matches("/api").trim_start_matches("/v10");
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let authorization = head.headers.get("authorization").and_then(|value| value.to_str().ok());
    let query = head.uri.query().unwrap_or_default();
    match shared.sign_in(&head.method, &segments, query, authorization, &body) {
        Some(Err(place)) => return Ok(redirect(&place)),
        Some(Ok((status, answer))) => {
            let response = Response::builder().status(status).header("content-type", "application/json");
            return Ok(response.body(Full::new(answer.to_string().into())).unwrap());
        }
        None => {}
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (status, answer) = match (&head.method, &segments[..]) {
        (&Method::POST, ["control"]) => {
            shared.control(&body).map_or((400, json!({ "message": "what?" })), |answer| (200, answer))
        }
        // The token of an interaction is all that its answer needs.
        (&Method::POST, ["interactions", id, token, "callback"]) => match id.parse() {
            Ok(number) if *token == format!("token{id}") => {
                shared.world.lock().unwrap().answers.insert(number, body["data"].clone());
                (204, Value::Null)
            }
            _ => (404, json!({ "message": "Unknown interaction", "code": 10062 })),
        },
        _ if authorization != Some(&format!("Bot {}", shared.world.lock().unwrap().token)) => {
            (401, json!({ "message": "401: Unauthorized", "code": 0 }))
        }
        (method, segments) => as_bot(method, segments, body, &shared),
    };
    let body = if status == 204 { Bytes::new() } else { answer.to_string().into() };
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::new(body)).unwrap())
}

fn as_bot(method: &Method, segments: &[&str], body: Value, shared: &Shared) -> (u16, Value) {
    let bot = json!({ "id": BOT.to_string(), "username": "nameplate", "discriminator": "0000", "avatar": null, "bot": true });
    let mut world = shared.world.lock().unwrap();
    match (method, segments) {
        (&Method::GET, ["gateway", "bot"]) => (
            200,
            json!({
                "url": shared.gateway_url(), "shards": world.shards,
                "session_start_limit": { "total": 1000, "remaining": 1000, "reset_after": 14_400_000, "max_concurrency": 1 },
            }),
        ),
        (&Method::GET, ["users", "@me"]) => (200, bot),
        (&Method::GET, ["applications" | "oauth2", "@me"] | ["oauth2", "applications", "@me"]) => {
            (200, json!({ "id": BOT.to_string(), "name": "nameplate", "bot": bot }))
        }
        (&Method::PUT, ["applications", id, "commands"]) if *id == BOT.to_string() => {
            world.commands = body.clone();
            (200, body)
        }
        _ => (404, json!({ "message": "404: Not Found", "code": 0 })),
    }
}
