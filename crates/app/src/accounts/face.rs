//! What everybody may know of a user, kept as the JSON in which it is sent (contract U4, U7, U8).
//!
//! It is written once for each change of the user. An answer joins what is ready with what differs between callers.

use std::collections::HashSet;

use bytes::Bytes;
use nameplate_core::id::UserId;
use nameplate_core::plan::Plan;
use nameplate_core::post::PublicUpload;
use nameplate_core::time::Timestamp;
use nameplate_core::user::{Badges, User};
use nameplate_store::{StoreError, UserWithUploads};
use serde::Serialize;

use crate::accounts::BaseView;
use crate::links::Links;

/// The beginning of every answer, which [`END`] ends.
const BEGIN: &[u8] = br#"{"user":"#;
const END: &[u8] = b"}}";

pub(super) struct Face {
    user: User,
    blocks: HashSet<UserId>,
    /// The plan for which the head was written: it ends without anybody touching the user.
    plan: Plan,
    head: Vec<u8>,
    uploads: UploadList,
}

/// What comes first of another user. `blockedByYou` and `publicUploads` follow.
#[derive(Serialize)]
struct HeadView<'a> {
    #[serde(flatten)]
    base: BaseView<'a>,
    badges: Badges,
}

impl Face {
    pub(super) fn new(found: UserWithUploads, links: &Links, now: Timestamp) -> Result<Self, StoreError> {
        let UserWithUploads { user, blocks, uploads } = found;
        let json = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
        Ok(Self {
            plan: user.plan(now),
            head: head(&user, now).map_err(json)?,
            uploads: UploadList::new(&user.id, &uploads, links).map_err(json)?,
            blocks: blocks.into_iter().collect(),
            user,
        })
    }

    pub(super) fn has_blocked(&self, caller: &UserId) -> bool {
        self.blocks.contains(caller)
    }

    pub(super) fn uploads(&self) -> &UploadList {
        &self.uploads
    }

    /// What it takes of the memory, in bytes.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>()
            + self.blocks.capacity() * size_of::<UserId>()
            + 2 * self.head.len()
            + self.uploads.weight()
    }

    /// The whole answer about somebody else; `posts` is how many public uploads to list, if any.
    pub(super) fn answer(
        &self,
        is_blocked: bool,
        posts: Option<usize>,
        now: Timestamp,
    ) -> serde_json::Result<Bytes> {
        let mut json = Vec::with_capacity(self.head.len() + self.uploads.json.len() + 100);
        json.extend_from_slice(BEGIN);
        match self.user.plan(now) == self.plan {
            true => json.extend_from_slice(&self.head),
            false => json.extend_from_slice(&head(&self.user, now)?),
        }
        json.extend_from_slice(br#","blockedByYou":"#);
        json.extend_from_slice(if is_blocked { b"true" } else { b"false" });
        if let Some(limit) = posts {
            self.uploads.write(&mut json, if is_blocked { 0 } else { limit });
        }
        json.extend_from_slice(END);
        Ok(json.into())
    }
}

/// A JSON object of which the last brace is missing.
fn open_object(object: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut json = serde_json::to_vec(object)?;
    json.pop();
    Ok(json)
}

fn head(user: &User, now: Timestamp) -> serde_json::Result<Vec<u8>> {
    open_object(&HeadView { base: BaseView::new(user, user.plan(now)), badges: user.badges(now) })
}

/// The whole answer about the caller, with some of the public uploads or without.
pub(super) fn answer_of_own(
    view: &impl Serialize,
    uploads: Option<(&UploadList, usize)>,
) -> serde_json::Result<Bytes> {
    let mut json = BEGIN.to_vec();
    json.extend_from_slice(&open_object(view)?);
    if let Some((list, limit)) = uploads {
        list.write(&mut json, limit);
    }
    json.extend_from_slice(END);
    Ok(json.into())
}

/// Public uploads as JSON, newest first.
#[derive(Default)]
pub(super) struct UploadList {
    /// The objects, with commas between them.
    json: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

/// What an upload's JSON has at least, in bytes: room for it is made at once.
const UPLOAD: usize = 200;

impl UploadList {
    fn new(owner: &UserId, uploads: &[PublicUpload], links: &Links) -> serde_json::Result<Self> {
        let folder = links.uploads(owner);
        let mut list = Self {
            json: Vec::with_capacity(uploads.len() * (UPLOAD + folder.len())),
            ends: Vec::with_capacity(uploads.len()),
        };
        for upload in uploads {
            if !list.json.is_empty() {
                list.json.push(b',');
            }
            write_upload(&mut list.json, &folder, upload)?;
            list.ends.push(list.json.len());
        }
        list.json.shrink_to_fit();
        Ok(list)
    }

    fn weight(&self) -> usize {
        self.json.len() + self.ends.capacity() * size_of::<usize>()
    }

    /// Adds the first of them as one more field.
    fn write(&self, json: &mut Vec<u8>, limit: usize) {
        let end = limit.min(self.ends.len()).checked_sub(1).and_then(|last| self.ends.get(last));
        json.extend_from_slice(br#","publicUploads":["#);
        json.extend_from_slice(self.json.get(..end.copied().unwrap_or(0)).unwrap_or_default());
        json.push(b']');
    }
}

/// Joins what needs no escapes: the fields' names, codes, file names, times and the instance's own addresses. An answer has up
/// to fifty of these, and this takes a quarter of what code from a derive takes.
fn write_upload(json: &mut Vec<u8>, folder: &str, upload: &PublicUpload) -> serde_json::Result<()> {
    let (code, file, created) = (upload.code.as_str(), upload.file.as_str(), upload.created.to_rfc3339());
    push(json, &[r#"{"code":""#, code, r#"","url":""#, folder, file, r#"","postPrivacy":"public","title":"#]);
    serde_json::to_writer(&mut *json, &upload.title)?;
    push(json, &[r#","description":"#]);
    serde_json::to_writer(&mut *json, &upload.description)?;
    let is_album = if upload.is_album { "true" } else { "false" };
    push(json, &[r#","created":""#, &created, r#"","public":true,"isAlbum":"#, is_album, "}"]);
    Ok(())
}

fn push(json: &mut Vec<u8>, pieces: &[&str]) {
    pieces.iter().for_each(|piece| json.extend_from_slice(piece.as_bytes()));
}
