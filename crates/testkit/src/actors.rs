//! Who meets an instance from outside: a visitor, a program with a key, the operator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::net::SocketAddr;

use serde_json::Value;

use crate::events::EventReader;
use crate::http::{PATIENCE, Reply, Request};
use crate::process::within;

/// Somebody with a browser.
#[derive(Clone)]
pub struct Visitor {
    listen: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Visitor {
    pub(crate) fn new(listen: SocketAddr) -> Self {
        Self { listen, headers: Vec::new() }
    }

    /// Sends a header with every request.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn get(&self, host: &str, target: &str) -> Reply {
        self.request("GET", host, target).send(self.listen)
    }

    pub fn head(&self, host: &str, target: &str) -> Reply {
        self.request("HEAD", host, target).send(self.listen)
    }

    /// Opens a user's presence stream.
    pub fn stream(&self, user: &str) -> EventReader {
        let target = format!("/api/v1/profiles/presence/{user}/stream");
        EventReader::new(self.request("GET", "localhost", &target).open(self.listen))
    }

    /// The `presence` of a user's snapshot.
    pub fn presence(&self, user: &str) -> Value {
        let reply = self.get("localhost", &format!("/api/v1/profiles/presence/{user}"));
        assert_eq!((reply.status, &reply.json()["ok"]), (200, &Value::Bool(true)), "{reply:?}");
        reply.json()["data"]["presence"].clone()
    }

    pub fn request(&self, method: &str, host: &str, target: &str) -> Request {
        let request = Request::new(method, host, target);
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }
}

/// A program with a key of the account API.
pub struct KeyClient {
    listen: SocketAddr,
    header: &'static str,
    key: String,
}

impl KeyClient {
    pub(crate) fn new(listen: SocketAddr, header: &'static str, key: &str) -> Self {
        Self { listen, header, key: key.to_owned() }
    }

    pub fn get(&self, target: &str) -> Reply {
        self.send(&self.request("GET", target))
    }

    /// Sends a body of JSON.
    pub fn json(&self, method: &str, target: &str, body: &Value) -> Reply {
        let request = self.request(method, target).header("content-type", "application/json");
        self.send(&request.body(body.to_string()))
    }

    /// A request with the key, to the host that takes it.
    pub fn request(&self, method: &str, target: &str) -> Request {
        let host = if self.header == "relay-key" { "relay.localhost" } else { "api.localhost" };
        Request::new(method, host, target).header(self.header, &self.key)
    }

    pub fn send(&self, request: &Request) -> Reply {
        request.send(self.listen)
    }
}

/// Who reaches the internal listener.
pub struct Operator {
    internal: SocketAddr,
}

impl Operator {
    pub(crate) fn new(internal: SocketAddr) -> Self {
        Self { internal }
    }

    pub fn get(&self, target: &str) -> Reply {
        Request::new("GET", "127.0.0.1", target).send(self.internal)
    }

    /// Says what a user is doing, as another source than Discord.
    pub fn put_presence(&self, user: &str, presence: &Value) -> Reply {
        let request = Request::new("PUT", "127.0.0.1", &format!("/presence/{user}"));
        request.header("content-type", "application/json").body(presence.to_string()).send(self.internal)
    }

    pub fn delete_presence(&self, user: &str) -> Reply {
        Request::new("DELETE", "127.0.0.1", &format!("/presence/{user}")).send(self.internal)
    }

    /// A sample of the metrics without labels, such as `nameplate_views_recorded_total`.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").text().to_owned();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in\n{text}"))
    }

    /// Waits until a sample has reached a value.
    pub fn wait_for_metric(&self, name: &str, least: u64) {
        let reached = within(PATIENCE, || Some(self.metric(name)).filter(|value| *value >= least));
        assert!(reached.is_some(), "{name} is {} and not {least}", self.metric(name));
    }
}
