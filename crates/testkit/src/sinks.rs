//! Where deliveries end: a mail server and an HTTP service that keep what they are given, or refuse it as they are told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a fake of the tests may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::http::PATIENCE;
use crate::process::within;

/// What came, and what the next one is answered.
struct Shared<T, A> {
    seen: Mutex<Vec<T>>,
    answer: Mutex<A>,
}

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Head and body as they came.
    pub data: String,
}

/// A mail server: it speaks enough of SMTP for a client to leave a mail.
pub struct MailSink {
    address: SocketAddr,
    shared: Arc<Shared<Mail, Option<String>>>,
}

impl MailSink {
    pub fn start() -> Self {
        let shared = Arc::new(Shared { seen: Mutex::default(), answer: Mutex::new(None) });
        let address = serve(&shared, converse);
        Self { address, shared }
    }

    /// For the setting `smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Answers every recipient with this line, such as `550 5.1.1 No such user`, until it is told otherwise.
    pub fn refuse(&self, line: Option<&str>) {
        *self.shared.answer.lock().unwrap() = line.map(str::to_owned);
    }

    /// Waits until so many mails have come.
    pub fn wait_for(&self, count: usize) -> Vec<Mail> {
        wait_for(&self.shared, count)
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub head: String,
    pub body: String,
}

/// An HTTP service that answers everything alike.
pub struct HttpSink {
    address: SocketAddr,
    shared: Arc<Shared<Received, (u16, String)>>,
}

impl HttpSink {
    pub fn start() -> Self {
        let answer = Mutex::new((200, "{}".to_owned()));
        let shared = Arc::new(Shared { seen: Mutex::default(), answer });
        let address = serve(&shared, take_request);
        Self { address, shared }
    }

    /// Its address with a path below it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn answer(&self, status: u16, body: &str) {
        *self.shared.answer.lock().unwrap() = (status, body.to_owned());
    }

    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        wait_for(&self.shared, count)
    }
}

/// Each connection on a thread of its own, until the test's process ends.
fn serve<T: Send + 'static, A: Send + 'static>(
    shared: &Arc<Shared<T, A>>,
    talk: fn(TcpStream, &Shared<T, A>) -> std::io::Result<()>,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, shared) = (listener.local_addr().unwrap(), shared.clone());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = shared.clone();
            // Who hangs up in the middle ends this conversation and nothing else.
            std::thread::spawn(move || drop(talk(stream, &shared)));
        }
    });
    address
}

fn wait_for<T: Clone, A>(shared: &Shared<T, A>, count: usize) -> Vec<T> {
    let came = || Some(shared.seen.lock().unwrap().clone()).filter(|seen| seen.len() >= count);
    within(PATIENCE, came)
        .unwrap_or_else(|| panic!("{} came, not {count}", shared.seen.lock().unwrap().len()))
}

fn converse(mut stream: TcpStream, shared: &Shared<Mail, Option<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut mail = Mail { from: String::new(), to: Vec::new(), data: String::new() };
    stream.write_all(b"220 sink ready\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (verb, rest) = line.trim_end().split_once([' ', ':']).unwrap_or((line.trim_end(), ""));
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "MAIL" => {
                mail.from = address_in(rest);
                "250 ok".to_owned()
            }
            "RCPT" => match shared.answer.lock().unwrap().clone() {
                Some(refusal) => refusal,
                None => {
                    mail.to.push(address_in(rest));
                    "250 ok".to_owned()
                }
            },
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                mail.data = read_data(&mut lines)?;
                shared.seen.lock().unwrap().push(mail.clone());
                "250 taken".to_owned()
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

fn address_in(text: &str) -> String {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// Up to the line with a dot alone; a dot that was doubled is one again.
fn read_data(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn take_request(mut stream: TcpStream, shared: &Shared<Received, (u16, String)>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if lines.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or_default()];
    lines.read_exact(&mut body)?;
    let mut words = head.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = String::from_utf8_lossy(&body).into_owned();
    shared.seen.lock().unwrap().push(Received { method, target, head, body });
    let (status, text) = shared.answer.lock().unwrap().clone();
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all((head + &text).as_bytes())
}
