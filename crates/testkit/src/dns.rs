//! A name server that knows what a test tells it, over UDP on the loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, TXT};
use hickory_proto::rr::{RData, Record};

type Records = Arc<Mutex<HashMap<String, Vec<RData>>>>;

pub struct NameServer {
    pub address: SocketAddr,
    records: Records,
}

impl NameServer {
    /// Knows nothing at first: every name is one that does not exist.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (address, records) = (socket.local_addr().unwrap(), Records::default());
        let known = records.clone();
        std::thread::spawn(move || {
            let mut packet = [0; 4096];
            while let Ok((length, client)) = socket.recv_from(&mut packet) {
                let answer = answer(&packet[..length], &known);
                socket.send_to(&answer, client).unwrap();
            }
        });
        Self { address, records }
    }

    /// A TXT record, in the strings that it is cut into.
    pub fn publish(&self, name: &str, strings: &[&str]) {
        let strings = strings.iter().map(|string| (*string).to_owned()).collect();
        self.add(name, RData::TXT(TXT::new(strings)));
    }

    /// The address that a name leads to.
    pub fn point(&self, name: &str, address: Ipv4Addr) {
        self.add(name, RData::A(A(address)));
    }

    fn add(&self, name: &str, data: RData) {
        self.records.lock().unwrap().entry(format!("{name}.")).or_default().push(data);
    }

    pub fn forget(&self) {
        self.records.lock().unwrap().clear();
    }
}

fn answer(question: &[u8], records: &Records) -> Vec<u8> {
    let question = Message::from_vec(question).unwrap();
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    let query = question.queries.first().unwrap().clone();
    match records.lock().unwrap().get(&query.name().to_ascii().to_ascii_lowercase()) {
        // A name without records of the kind that is asked for is there all the same.
        Some(values) => {
            for data in values.iter().filter(|data| data.record_type() == query.query_type()) {
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data.clone()));
            }
        }
        None => answer.metadata.response_code = ResponseCode::NXDomain,
    }
    answer.add_query(query);
    answer.to_vec().unwrap()
}
