//! A multipart form, part by part, as it arrives.
//!
//! The parser gathers what it cannot place yet, so something must bound that: the body pauses, and then ends, when the
//! parser has taken much of it and nothing has come out.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use nameplate_app::Broken;
use tower::{Layer, ServiceExt};

/// What may be inside the parser at a time.
const MAX_INSIDE: u64 = 256 << 10;
/// Parts of one form.
const MAX_PARTS: usize = 64;
/// Bytes of one text.
const MAX_TEXT: usize = 8 << 10;

/// The body is no multipart form, or does not keep to its rules.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("The request must be a multipart form.")]
pub(crate) struct BadForm;

/// A form that is being read.
pub(crate) struct Form {
    multipart: Multipart,
    inside: Arc<AtomicU64>,
    parts: usize,
}

impl Form {
    pub(crate) async fn open(request: Request) -> Result<Self, BadForm> {
        let inside = Arc::<AtomicU64>::default();
        let guarded = inside.clone();
        let request = request.map(|body| {
            let body = body.into_data_stream();
            Body::from_stream(Guarded { body, inside: guarded, has_paused: false })
        });
        // A form may be of any size: its parts are bounded one by one.
        let open = tower::service_fn(|request: Request| async {
            Multipart::from_request(request, &()).await.map_err(|_| BadForm)
        });
        let multipart = DefaultBodyLimit::disable().layer(open).oneshot(request).await?;
        Ok(Self { multipart, inside, parts: 0 })
    }

    /// The next part; none at the end of the form.
    pub(crate) async fn next(&mut self) -> Result<Option<Part<'_>>, Broken> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Broken);
        }
        let field = self.multipart.next_field().await.map_err(|_| Broken)?;
        self.inside.store(0, Ordering::Relaxed);
        Ok(field.map(|field| Part { field, inside: &self.inside }))
    }
}

/// One part of a form.
pub(crate) struct Part<'a> {
    field: Field<'a>,
    inside: &'a AtomicU64,
}

impl Part<'_> {
    pub(crate) fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// The name of a file; none for a text.
    pub(crate) fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// The part as a text.
    pub(crate) async fn text(mut self) -> Result<String, Broken> {
        let mut text = Vec::new();
        while let Some(chunk) = self.next().await {
            text.extend_from_slice(&chunk?);
            if text.len() > MAX_TEXT {
                return Err(Broken);
            }
        }
        String::from_utf8(text).map_err(|_| Broken)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&mut self) -> BoxStream<'_, Result<Bytes, Broken>> {
        self.boxed()
    }

    /// Reads what is left of the part, if it is no more than `most` bytes. Answers whether that was all.
    pub(crate) async fn drain(&mut self, most: u64) -> Result<bool, Broken> {
        let mut skipped = 0;
        while let Some(chunk) = self.next().await {
            skipped += chunk?.len() as u64;
            if skipped > most {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Stream for Part<'_> {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = self.field.poll_next_unpin(cx);
        if chunk.is_ready() {
            self.inside.store(0, Ordering::Relaxed);
        }
        chunk.map(|chunk| chunk.map(|chunk| chunk.map_err(|_| Broken)))
    }
}

/// The body on its way to the parser.
struct Guarded {
    body: BodyDataStream,
    /// Bytes that the parser has got since something came out of it.
    inside: Arc<AtomicU64>,
    has_paused: bool,
}

impl Stream for Guarded {
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.inside.load(Ordering::Relaxed) >= MAX_INSIDE {
            if self.has_paused {
                return Poll::Ready(Some(Err(BadForm.into())));
            }
            self.has_paused = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.has_paused = false;
        let chunk = self.body.poll_next_unpin(cx);
        if let Poll::Ready(Some(Ok(chunk))) = &chunk {
            self.inside.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        }
        chunk.map(|chunk| chunk.map(|chunk| chunk.map_err(Into::into)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Body) -> Request {
        let kind = "multipart/form-data; boundary=x";
        Request::builder().header("content-type", kind).body(body).unwrap()
    }

    fn endless(start: &'static str) -> Body {
        let start = futures_util::stream::iter([Bytes::from_static(start.as_bytes())]);
        let rest = futures_util::stream::repeat(Bytes::from_static(&[b'a'; 16 << 10]));
        Body::from_stream(start.chain(rest).map(Ok::<_, BadForm>))
    }

    /// A2
    #[tokio::test]
    async fn texts_and_files_come_in_their_order() {
        let body = "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nHello\r\n\
                    --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nPNG\r\n--x--\r\n";
        let mut form = Form::open(request(body.into())).await.unwrap();
        let text = form.next().await.unwrap().unwrap();
        assert_eq!((text.name(), text.file_name()), ("title", None));
        assert_eq!(text.text().await.unwrap(), "Hello");
        let mut file = form.next().await.unwrap().unwrap();
        assert_eq!((file.name(), file.file_name()), ("file", Some("a.png")));
        assert!(file.drain(3).await.unwrap());
        drop(file);
        assert!(form.next().await.unwrap().is_none());
    }

    /// A2
    #[tokio::test]
    async fn what_never_becomes_a_part_is_not_gathered_for_ever() {
        for start in ["", "--x\r\n", "--x\r\ncontent-disposition: form-data; name=\"a\"\r\nx-long: "] {
            let mut form = Form::open(request(endless(start))).await.unwrap();
            assert_eq!(form.next().await.err(), Some(Broken), "{start}");
        }
        let head = "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\n";
        let mut form = Form::open(request(endless(head))).await.unwrap();
        assert_eq!(form.next().await.unwrap().unwrap().text().await, Err(Broken), "a text has an end");
        let mut form = Form::open(request(endless(head))).await.unwrap();
        let mut part = form.next().await.unwrap().unwrap();
        assert_eq!(part.drain(64 << 20).await, Ok(false), "a file may be large");
    }

    /// A2
    #[tokio::test]
    async fn a_form_that_breaks_off_is_no_form() {
        let body = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nPNG\r\n";
        let mut form = Form::open(request(body.into())).await.unwrap();
        let mut file = form.next().await.unwrap().unwrap();
        assert_eq!(file.drain(100).await, Err(Broken));
        let json = Request::builder().header("content-type", "application/json").body(Body::from("{}"));
        assert!(Form::open(json.unwrap()).await.is_err());
    }
}
