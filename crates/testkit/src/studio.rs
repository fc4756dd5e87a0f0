//! Somebody who is signed in to the studio: the browser's part of it, without a browser.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::net::SocketAddr;

use serde_json::Value;

use crate::form::Form;
use crate::http::{Reply, Request};
use crate::node::Node;

/// A browser at the dashboard's own address.
#[derive(Clone)]
pub struct StudioClient {
    listen: SocketAddr,
    host: String,
    origin: String,
    cookie: String,
    pub csrf: String,
}

impl StudioClient {
    /// Opens a login link as a person does.
    pub fn by_link(node: &Node<'_>, link: &str) -> Self {
        let origin = node.origin();
        let host = origin.split_once("://").unwrap().1.to_owned();
        let path = path_of(link);
        let entered = Request::new("POST", &host, &path)
            .header("origin", &origin)
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) testkit")
            .body("")
            .send(node.listen);
        assert_eq!(entered.status, 303, "{entered:?}");
        Self::by_cookie(node, entered.header("set-cookie").expect("a session"))
    }

    /// Goes on with the session that an answer's `Set-Cookie` began.
    pub fn by_cookie(node: &Node<'_>, cookie: &str) -> Self {
        let origin = node.origin();
        let host = origin.split_once("://").unwrap().1.to_owned();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let mut client = Self { listen: node.listen, host, origin, cookie, csrf: String::new() };
        let session = client.get("/api/v1/session").json();
        client.csrf = session["data"]["csrf"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        client
    }

    /// `name=value`.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The dashboard's host, with its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn get(&self, target: &str) -> Reply {
        self.send(&self.read("GET", target))
    }

    /// A request that changes nothing.
    pub fn read(&self, method: &str, target: &str) -> Request {
        Request::new(method, &self.host, target).header("cookie", &self.cookie)
    }

    /// A request as the studio's own pages send it, for a change.
    pub fn change(&self, method: &str, target: &str) -> Request {
        self.read(method, target).header("origin", &self.origin).header("x-csrf-token", &self.csrf)
    }

    pub fn post(&self, target: &str, body: &Value) -> Reply {
        self.json("POST", target, body)
    }

    pub fn patch(&self, target: &str, body: &Value) -> Reply {
        self.json("PATCH", target, body)
    }

    pub fn put(&self, target: &str, body: &Value) -> Reply {
        self.json("PUT", target, body)
    }

    pub fn delete(&self, target: &str) -> Reply {
        self.send(&self.change("DELETE", target))
    }

    pub fn json(&self, method: &str, target: &str, body: &Value) -> Reply {
        let request = self.change(method, target).header("content-type", "application/json");
        self.send(&request.body(body.to_string()))
    }

    /// Sends a form with files.
    pub fn form(&self, method: &str, target: &str, form: Form) -> Reply {
        self.send(&form.put_into(self.change(method, target)))
    }

    pub fn send(&self, request: &Request) -> Reply {
        request.send(self.listen)
    }
}

/// What stands behind the host of a URL.
pub fn path_of(url: &str) -> String {
    let behind = url.trim().split_once("://").map_or(url, |(_, rest)| rest);
    format!("/{}", behind.split_once('/').map_or("", |(_, path)| path))
}
