//! Multipart forms, and files to put into them.

#![allow(clippy::expect_used, reason = "a tool of the tests may panic")]

use crate::http::Request;

const BOUNDARY: &str = "----a-boundary-of-the-tests";

/// A form to send.
#[derive(Clone, Debug, Default)]
pub struct Form {
    body: Vec<u8>,
}

impl Form {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    /// A file in the field `file`.
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"file\"; filename=\"{name}\""), bytes)
    }

    fn part(mut self, disposition: &str, bytes: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {disposition}\r\n\r\n");
        self.body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        self
    }

    /// The request with the form as its body.
    pub fn put_into(self, request: Request) -> Request {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        request.header("content-type", kind).body(self.into_bytes())
    }

    pub fn into_bytes(mut self) -> Vec<u8> {
        self.body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.body
    }

    /// The value of the header that goes with [`Self::into_bytes`].
    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }
}

/// A picture of one colour.
pub fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let pixels = colour.repeat((width * height) as usize);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels)).expect("a picture");
    bytes
}

/// What begins like a video, and has as many bytes.
pub fn mp4(size: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2".to_vec();
    bytes.resize(size, 7);
    bytes
}
