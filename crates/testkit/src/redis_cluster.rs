//! A real Redis Cluster on the loopback: three masters, and a replica of the first where a test wants one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool of the tests may panic")]

use std::time::Duration;

use crate::process::{free_port, within};
use crate::redis::RedisServer;

/// A node that is silent for so many milliseconds counts as gone: a replica takes its place a second or two later.
const NODE_TIMEOUT: &str = "2000";
/// What the nodes may take to agree. One that has just started waits for two seconds itself.
const AGREEMENT: Duration = Duration::from_secs(30);
const SLOTS: [(&str, &str); 3] = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];

pub struct RedisCluster {
    /// The masters of the three thirds of the slots, then the replica of the first.
    pub nodes: Vec<RedisServer>,
    bus_ports: Vec<String>,
}

impl RedisCluster {
    pub fn start() -> Self {
        Self::of(SLOTS.len())
    }

    pub fn with_a_replica() -> Self {
        let cluster = Self::of(SLOTS.len() + 1);
        let first = cluster.nodes[0].ask(&["CLUSTER", "MYID"]);
        let replica = &cluster.nodes[3];
        let follows = within(AGREEMENT, || {
            replica.ask(&["CLUSTER", "REPLICATE", first.trim()]).contains("OK").then_some(())
        });
        let is_in_step = follows
            .and_then(|()| within(AGREEMENT, || replica.ask(&["ROLE"]).contains("connected").then_some(())));
        is_in_step.expect("the replica follows the first master");
        cluster
    }

    fn of(count: usize) -> Self {
        // The port between the nodes is the other port plus 10,000 unless it is said, which may be anybody's.
        let bus_ports: Vec<_> = (0..count).map(|_| free_port().to_string()).collect();
        let nodes = bus_ports.iter().map(|bus_port| {
            let settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", NODE_TIMEOUT];
            let more = ["--cluster-port", bus_port, "--repl-diskless-sync-delay", "0"];
            RedisServer::start_with(&[settings, more].concat())
        });
        let cluster = Self { nodes: nodes.collect(), bus_ports };
        for (epoch, (node, (from, to))) in cluster.nodes.iter().zip(SLOTS).enumerate() {
            node.ask(&["CLUSTER", "SET-CONFIG-EPOCH", &(epoch + 1).to_string()]);
            node.ask(&["CLUSTER", "ADDSLOTSRANGE", from, to]);
        }
        for (node, bus_port) in cluster.nodes.iter().zip(&cluster.bus_ports).skip(1) {
            cluster.nodes[0].ask(&["CLUSTER", "MEET", "127.0.0.1", &node.port.to_string(), bus_port]);
        }
        cluster.wait_until_whole();
        cluster
    }

    /// Waits until every node that runs finds all slots served, and has a link to each other node that it does not
    /// count as gone: what is published on the way there may be lost.
    pub fn wait_until_whole(&self) {
        let known = format!("cluster_known_nodes:{}", self.nodes.len());
        let is_linked = |peer: &str| {
            peer.contains("fail") || (peer.contains(" connected") && !peer.contains("handshake"))
        };
        let is_whole = |node: &RedisServer| {
            let about = node.ask(&["CLUSTER", "INFO"]);
            about.contains("cluster_state:ok")
                && about.contains(&known)
                && node.ask(&["CLUSTER", "NODES"]).lines().all(is_linked)
        };
        let agree = within(AGREEMENT, || {
            self.nodes.iter().filter(|node| node.is_running()).all(is_whole).then_some(())
        });
        agree.expect("the nodes agree");
    }

    /// All nodes, as `redis_url` names them.
    pub fn url(&self) -> String {
        self.nodes.iter().map(RedisServer::url).collect::<Vec<_>>().join(",")
    }
}
