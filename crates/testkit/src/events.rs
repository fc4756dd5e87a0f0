//! A reader of Server-Sent Events that shows what stood on the wire: fields, comments and the end of the stream.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::{Answer, PATIENCE};

/// What stood between two empty lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub event: Option<String>,
    /// The `data` lines, each for itself.
    pub data: Vec<String>,
    /// Milliseconds.
    pub retry: Option<u64>,
    pub comments: Vec<String>,
}

/// An open stream.
pub struct EventReader {
    pub answer: Answer,
    text: Vec<u8>,
}

impl EventReader {
    pub fn new(answer: Answer) -> Self {
        Self { answer, text: Vec::new() }
    }

    /// The next block; `None` at the end of the stream. Panics when nothing comes in time.
    pub fn next_within(&mut self, patience: Duration) -> Option<Block> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(end) = self.text.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.text.drain(..end + 2).collect();
                return Some(parse(std::str::from_utf8(&block).expect("events in UTF-8")));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no event within {patience:?}");
            self.answer.body.wait_at_most(left);
            let mut piece = [0; 4096];
            match self.answer.body.read(&mut piece) {
                Ok(0) => {
                    assert!(
                        self.text.is_empty(),
                        "ended within a block: {:?}",
                        String::from_utf8_lossy(&self.text)
                    );
                    return None;
                }
                Ok(count) => self.text.extend(piece.iter().take(count)),
                Err(error) => panic!("no event within {patience:?}: {error}"),
            }
        }
    }

    /// The next `presence` event's snapshot; pings and `retry` are passed over.
    pub fn presence(&mut self) -> Value {
        self.presence_within(PATIENCE)
    }

    pub fn presence_within(&mut self, patience: Duration) -> Value {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let block = self.next_within(left).expect("the stream goes on");
            if let Some(event) = &block.event {
                assert_eq!((event.as_str(), block.data.len()), ("presence", 1), "{block:?}");
                return serde_json::from_str(&block.data[0]).unwrap();
            }
        }
    }

    /// How a stream begins, in either order: the snapshot, and the milliseconds of `retry`.
    pub fn opening(&mut self) -> (Value, u64) {
        let blocks =
            [(); 2].map(|()| self.next_within(PATIENCE).expect("a snapshot and a time to come back"));
        let data = blocks.iter().find_map(|block| block.data.first()).expect("a snapshot");
        let retry = blocks.iter().find_map(|block| block.retry).expect("a time to come back");
        (serde_json::from_str(data).unwrap(), retry)
    }

    /// Everything that still comes until the stream ends.
    pub fn rest(&mut self) -> Vec<Block> {
        std::iter::from_fn(|| self.next_within(PATIENCE)).collect()
    }

    /// The socket, to read nothing more from.
    pub fn into_stream(self) -> TcpStream {
        self.answer.body.into_stream()
    }
}

fn parse(text: &str) -> Block {
    let mut block = Block::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match name {
            "" => block.comments.push(value),
            "event" => block.event = Some(value),
            "data" => block.data.push(value),
            "retry" => block.retry = Some(value.parse().expect("a number")),
            other => panic!("an unknown field {other}"),
        }
    }
    block
}
