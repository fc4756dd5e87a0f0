//! The answers to an upload, as the account API gives them.

use std::time::Duration;

use nameplate_core::post::{Post, Privacy};
use nameplate_core::size;
use nameplate_core::time::Timestamp;
use serde::Serialize;

use super::Rejection;
use super::under_way::Taken;
use crate::files::{Dimensions, FileView, Files};

/// The answer to an upload of which at least one file was taken.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Uploaded {
    Single(Box<Single>),
    Several(Box<Several>),
}

impl Uploaded {
    /// The short name of a single file, and an address that opens it (A7).
    pub fn share(&self) -> Option<(&str, &str)> {
        match self {
            Self::Single(single) => Some((&single.short_name, &single.short_url)),
            Self::Several(_) => None,
        }
    }

    /// The codes of the posts that there are now.
    pub fn codes(&self) -> Vec<&str> {
        match self {
            Self::Single(single) => vec![&single.post.code],
            Self::Several(several) => match &several.post {
                PostsRef::Album { post, .. } => vec![&post.code],
                PostsRef::Individual { posts } => posts.iter().map(|post| post.code.as_str()).collect(),
            },
        }
    }

    /// The files that were not taken.
    pub fn failed(&self) -> &[Failure] {
        match self {
            Self::Single(_) => &[],
            Self::Several(several) => &several.failed,
        }
    }
}

#[derive(Serialize)]
pub struct Single {
    message: &'static str,
    url: String,
    file: FileView,
    processing_time: u64,
    post: PostRef,
    #[serde(skip)]
    short_name: String,
    #[serde(skip)]
    short_url: String,
}

#[derive(Serialize)]
pub struct Several {
    message: String,
    files: Vec<Success>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Failure>,
    processing_time: u64,
    post: PostsRef,
}

/// Where a post is.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PostRef {
    code: String,
    /// The share page.
    url: String,
    post_privacy: Privacy,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PostsRef {
    Album {
        #[serde(flatten)]
        post: PostRef,
        #[serde(rename = "isAlbum", skip_serializing_if = "Option::is_none")]
        is_album: Option<bool>,
        #[serde(rename = "fileCount")]
        file_count: usize,
        /// The same once more: the original's documents show both.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        posts: Vec<PostRef>,
    },
    Individual {
        posts: Vec<PostRef>,
    },
}

#[derive(Serialize)]
struct Success {
    index: usize,
    #[serde(rename = "fileName", skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    url: String,
    size: u64,
    size_formatted: String,
    mime_type: String,
    status: &'static str,
    dimensions: Option<Dimensions>,
}

/// A file that was not taken, and why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    index: usize,
    error: String,
    #[serde(flatten)]
    quota: Option<Quota>,
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quota {
    quota: u64,
    used: u64,
    resets_at: Option<Timestamp>,
}

impl Failure {
    fn new(index: usize, rejection: &Rejection) -> Self {
        let quota = match *rejection {
            Rejection::OverQuota { quota, used, resets_at } => Some(Quota { quota, used, resets_at }),
            _ => None,
        };
        Self { index, error: rejection.to_string(), quota, status: "failed" }
    }
}

/// The answer to an upload of which no file was taken.
#[derive(Serialize)]
pub struct Refused {
    error: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Failure>,
    /// Whether nothing else was wrong than that the files are larger than the plan allows.
    #[serde(skip)]
    pub is_too_large: bool,
}

impl std::fmt::Debug for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.error)
    }
}

impl Refused {
    /// A single file's fault is the answer's own.
    pub(super) fn of(first: usize, rejected: &[(usize, Rejection)]) -> Self {
        let is_too_large = rejected.iter().all(|(_, rejection)| *rejection == Rejection::TooLarge);
        match rejected {
            [(_, only)] => Self { error: only.to_string(), failed: Vec::new(), is_too_large },
            several => Self {
                error: "All files failed to upload.".into(),
                failed: several
                    .iter()
                    .map(|(index, rejection)| Failure::new(first + index, rejection))
                    .collect(),
                is_too_large,
            },
        }
    }

    pub fn error(&self) -> &str {
        &self.error
    }
}

/// What the answers are made from.
pub(super) struct View<'a> {
    pub(super) files: &'a Files,
    /// The index of the request's first file.
    pub(super) first: usize,
    pub(super) taken: &'a [Taken],
    pub(super) rejected: &'a [(usize, Rejection)],
    pub(super) elapsed: Duration,
}

impl View<'_> {
    pub(super) fn of_new(&self, posts: &[Post], seen: usize, is_individual: bool) -> Uploaded {
        let references: Vec<_> = posts.iter().map(|post| self.reference(post)).collect();
        let Some((post, reference)) = posts.first().zip(references.first().cloned()) else {
            return self.several(
                "Upload successful!".into(),
                Vec::new(),
                PostsRef::Individual { posts: references },
            );
        };
        if let ([taken], 1) = (self.taken, seen) {
            let name = &taken.file.name;
            let url = self.files.url(&post.owner, name, post.privacy);
            let short_name = format!("{}.{}", post.code, name.extension());
            return Uploaded::Single(Box::new(Single {
                message: "Upload successful!",
                short_url: match post.privacy {
                    Privacy::Private => url.clone(),
                    _ => format!("{}{short_name}", self.files.links().files()),
                },
                short_name,
                url,
                file: FileView::new(&taken.file, taken.dimensions),
                processing_time: self.elapsed.as_millis() as u64,
                post: reference,
            }));
        }
        let message = match self.taken.len() {
            all if all == seen => "Upload successful!".to_owned(),
            some => format!("{some} of {seen} files uploaded successfully."),
        };
        let successes = self.taken.iter().map(|taken| self.success(post, taken, None)).collect();
        let posts = match is_individual {
            true => PostsRef::Individual { posts: references },
            false => PostsRef::Album {
                post: reference,
                is_album: Some(post.is_album()),
                file_count: post.files.len(),
                posts: references,
            },
        };
        self.several(message, successes, posts)
    }

    pub(super) fn of_appended(&self, post: &Post, file_count: usize) -> Uploaded {
        let name = |taken: &Taken| Some(taken.file.name.as_str().to_owned());
        let successes = self.taken.iter().map(|taken| self.success(post, taken, name(taken))).collect();
        let post = self.reference(post);
        let posts = PostsRef::Album { post, is_album: None, file_count, posts: Vec::new() };
        self.several("Files added to album successfully.".into(), successes, posts)
    }

    fn several(&self, message: String, files: Vec<Success>, post: PostsRef) -> Uploaded {
        let failed =
            self.rejected.iter().map(|(index, rejection)| Failure::new(self.first + index, rejection));
        let processing_time = self.elapsed.as_millis() as u64;
        Uploaded::Several(Box::new(Several {
            message,
            files,
            failed: failed.collect(),
            processing_time,
            post,
        }))
    }

    fn reference(&self, post: &Post) -> PostRef {
        PostRef {
            code: post.code.to_string(),
            url: self.files.links().share_page(&post.code),
            post_privacy: post.privacy,
        }
    }

    fn success(&self, post: &Post, taken: &Taken, file_name: Option<String>) -> Success {
        let file = &taken.file;
        Success {
            index: self.first + taken.index,
            file_name,
            url: self.files.url(&post.owner, &file.name, post.privacy),
            size: file.size,
            size_formatted: size::formatted(file.size),
            mime_type: file.mime.clone(),
            status: "success",
            dimensions: taken.dimensions,
        }
    }
}
