//! A server of streams, ours or nchan, with the few words in which they differ.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::ensure;

use crate::http::{Connection, send};
use crate::nameplate::{Instance, put_presence, snapshot};
use crate::peers;
use crate::server::{SERVER_CORE, Server};

pub(crate) struct Stage {
    pub server: Server,
    pub streams: SocketAddr,
    /// Where changes are published.
    pub publishing: SocketAddr,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Nameplate,
    Nchan,
}

impl Stage {
    pub(crate) fn nameplate(instance: &Instance) -> anyhow::Result<Self> {
        let node = instance.start(SERVER_CORE)?;
        Ok(Self {
            server: node.server,
            streams: node.listen,
            publishing: node.internal,
            kind: Kind::Nameplate,
        })
    }

    pub(crate) fn nchan(folder: &Path) -> anyhow::Result<Self> {
        let peer = peers::nginx(SERVER_CORE, folder, "nginx-nchan.conf", &[])?;
        Ok(Self { server: peer.server, streams: peer.address, publishing: peer.address, kind: Kind::Nchan })
    }

    /// The path of a user's stream.
    pub(crate) fn path(&self, user: &str) -> String {
        match self.kind {
            Kind::Nameplate => format!("/api/v1/profiles/presence/{user}/stream"),
            Kind::Nchan => format!("/stream/{user}"),
        }
    }

    /// The request that publishes a change: the same snapshot to both.
    pub(crate) fn change(&self, user: &str, details: &str) -> Vec<u8> {
        match self.kind {
            Kind::Nameplate => put_presence(user, details),
            Kind::Nchan => {
                let event = "X-EventSource-Event: presence\r\n";
                send("POST", &format!("/publish/{user}"), event, &snapshot(details))
            }
        }
    }

    /// Publishes a change and waits for the answer.
    pub(crate) fn publish(&self, user: &str, details: &str) -> anyhow::Result<()> {
        let answer = Connection::open(self.publishing)?.ask(&self.change(user, details))?;
        ensure!((200..300).contains(&answer.status), "publishing gave {}", answer.status);
        Ok(())
    }
}
