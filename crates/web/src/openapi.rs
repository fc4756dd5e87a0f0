//! The OpenAPI document, generated from the handlers; `docs/openapi.json` is compared with it in the tests.

use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::{account, api, ops, studio};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Nameplate",
        description = "Profile pages, share cards, live presence, music and accounts.\n\n`/api/v1` answers on every host; `/users` on `relay.<base domain>` with the header `relay-key` and on `api.<base domain>` with `api-key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This instance")),
    paths(
        api::presence::snapshot, api::stream::events, api::card::png, api::music::track, api::art::image, api::click::click,
        api::contact::send, api::contact::challenge, studio::api::numbers::numbers, studio::api::numbers::csv,
        studio::api::contact::settings, studio::api::contact::edit, studio::api::contact::test, studio::api::contact::ask_again,
        studio::api::contact::inbox, studio::api::contact::mark, studio::api::contact::delete,
        studio::api::operators::users::list, studio::api::operators::users::show, studio::api::operators::users::create,
        studio::api::operators::users::change, studio::api::operators::users::login_link,
        studio::api::operators::users::profiles, studio::api::operators::users::change_profile,
        studio::api::operators::reports::list, studio::api::operators::reports::judge,
        studio::api::operators::site::domains, studio::api::operators::site::badges,
        studio::api::operators::site::health, studio::api::operators::site::audit,
        account::users::user, account::region::region, account::theme::set, account::profile::edit,
        account::picture::avatar, account::picture::banner, account::block::block, account::block::unblock,
        account::block::list, account::history::history, account::report::report,
        account::upload::upload, account::upload::append, account::uploads::list, account::uploads::edit,
        account::uploads::delete, account::posts::post, ops::health::alive, ops::health::ready,
        studio::api::session::open, studio::api::session::close, studio::api::session::list,
        studio::api::session::end, studio::api::session::end_others,
        studio::api::account::show, studio::api::account::edit, studio::api::account::delete,
        studio::api::account::export, studio::api::keys::show, studio::api::keys::rotate, studio::api::keys::delete,
        studio::api::blocks::list, studio::api::blocks::add, studio::api::blocks::remove,
        studio::api::own::set_picture, studio::api::own::delete_picture, studio::api::own::usage,
        studio::api::own::sharex, studio::api::own::presence, studio::api::uploads::list,
        studio::api::uploads::upload, studio::api::uploads::append, studio::api::uploads::edit,
        studio::api::uploads::delete, studio::api::uploads::delete_file,
        studio::api::profiles::list::list, studio::api::profiles::list::create,
        studio::api::profiles::list::eligible, studio::api::profiles::list::templates,
        studio::api::profiles::draft::get, studio::api::profiles::draft::edit,
        studio::api::profiles::draft::delete, studio::api::profiles::draft::restore,
        studio::api::profiles::draft::dress, studio::api::profiles::draft::discard,
        studio::api::profiles::publish::publish, studio::api::profiles::publish::unpublish,
        studio::api::profiles::history::list, studio::api::profiles::history::get,
        studio::api::profiles::history::restore, studio::api::profiles::preview::page,
        studio::api::profiles::preview::card, studio::api::profiles::preview::notes,
        studio::api::profiles::preview::resolve, studio::api::profiles::domain::get,
        studio::api::profiles::domain::claim, studio::api::profiles::domain::check,
        studio::api::profiles::domain::leave, studio::api::profiles::picture::add,
    ),
    components(schemas(PresenceAnswer, PresenceData, Snapshot, Activity, EnvelopeError, AccountError, UserAnswer,
        UploadForm, UploadAnswer, UploadsAnswer, EditAnswer, MessageAnswer, PostAnswer, StudioAnswer, StudioError)),
    modifiers(&Keys),
)]
struct Document;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for header in ["relay-key", "api-key"] {
            let key = ApiKey::Header(ApiKeyValue::with_description(header, "32 letters or digits"));
            components.add_security_scheme(header, SecurityScheme::ApiKey(key));
        }
        let cookie = ApiKeyValue::with_description(
            "__Host-np_session",
            "Set by signing in at the dashboard; `np_session` over http. Changes also bring `X-CSRF-Token`, as \
             `GET /api/v1/session` gives it, and the `Origin` of the dashboard.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The document, as pretty JSON with a line break at its end.
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// The envelope around a presence.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the bytes are made by the live crate")]
pub(crate) struct PresenceAnswer {
    #[schema(example = true)]
    ok: bool,
    data: PresenceData,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the bytes are made by the live crate")]
pub(crate) struct PresenceData {
    #[schema(nullable)]
    presence: Option<Snapshot>,
}

/// What somebody is doing right now.
#[derive(ToSchema)]
#[schema(as = PresenceSnapshot)]
#[allow(dead_code, reason = "describes the wire; the bytes are made by the live crate")]
pub(crate) struct Snapshot {
    /// `online`, `idle`, `dnd` or `offline`.
    #[schema(example = "online")]
    status: String,
    activity: Option<Activity>,
    /// When it was written to the cache.
    #[schema(rename = "updatedAt", example = "2026-05-29T12:00:00.000Z")]
    updated_at: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the wire; the bytes are made by the live crate")]
pub(crate) struct Activity {
    #[schema(example = "Spotify")]
    name: String,
    /// 0 Playing, 1 Streaming, 2 Listening, 3 Watching, 4 Custom, 5 Competing.
    #[schema(rename = "type", minimum = 0, maximum = 5)]
    kind: u8,
    details: Option<String>,
    state: Option<String>,
    /// Unix milliseconds.
    started_at: Option<i64>,
    /// Unix milliseconds.
    ends_at: Option<i64>,
    /// An https URL.
    large_image: Option<String>,
    large_text: Option<String>,
}

/// The envelope around a fault.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; replies are made by the reply module")]
pub(crate) struct EnvelopeError {
    #[schema(example = false)]
    ok: bool,
    error: String,
}

/// The fields of the account to change; `null` empties one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the wire; what is read is the account handler's")]
pub(crate) struct AccountChange {
    #[serde(flatten)]
    profile: ProfileChange,
    /// For premium accounts: one of the 31 keys.
    #[schema(example = "emerald")]
    theme: Option<String>,
    #[schema(nullable = false)]
    presence_sharing: Option<bool>,
    /// Which activity is shown when there are several: `prefer`, a kind, and `hide`, names of applications.
    #[schema(value_type = Option<Object>)]
    activity_preference: Option<()>,
    #[schema(nullable = false)]
    music: Option<MusicChange>,
}

#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes the wire; what is read is the account handler's")]
pub(crate) struct MusicChange {
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Kept sealed and shown to nobody.
    key: Option<String>,
}

/// What is to be different about an upload; `null` empties a text.
#[derive(ToSchema)]
#[schema(min_properties = 1)]
#[allow(dead_code, reason = "describes the wire; what is read is the upload handler's")]
pub(crate) struct UploadChange {
    /// Cut to 30 characters.
    title: Option<String>,
    /// Cut to 200 characters.
    description: Option<String>,
    /// `public`, `unlisted` or `private`.
    #[schema(nullable = false)]
    privacy: Option<String>,
}

/// The envelope around an answer of the studio's API.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; replies are made by the reply module")]
pub(crate) struct StudioAnswer {
    #[schema(example = true)]
    ok: bool,
    #[schema(value_type = Object)]
    data: (),
}

/// A fault of the studio's API.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; replies are made by the reply module")]
pub(crate) struct StudioError {
    #[schema(example = false)]
    ok: bool,
    /// A sentence for people.
    error: String,
    /// A word for programs, as in `signed_out`.
    #[schema(nullable = false)]
    code: Option<String>,
    /// Where in the body the fault is.
    #[schema(nullable = false)]
    path: Option<String>,
}

/// A fault of the account hosts.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; replies are made by the reply module")]
pub(crate) struct AccountError {
    error: String,
}

/// A user: the caller's own account, or another user's public face.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UserAnswer {
    #[schema(value_type = Object)]
    user: (),
}

/// One to nine files; a part of the form may also be any of the headers.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; forms are read as they arrive")]
pub(crate) struct UploadForm {
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1, max_items = 9)]
    file: Vec<u8>,
}

/// One file: `url`, `file` and `post`. Several: `files`, perhaps `failed`, and `post`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UploadAnswer {
    #[schema(example = "Upload successful!")]
    message: String,
    /// The file's address; signed and good for a day if the post is private.
    url: Option<String>,
    #[schema(value_type = Option<Object>)]
    file: (),
    #[schema(value_type = Option<Vec<Object>>)]
    files: (),
    #[schema(value_type = Option<Vec<Object>>)]
    failed: (),
    /// Milliseconds.
    processing_time: Option<u64>,
    #[schema(value_type = Object)]
    post: (),
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UploadsAnswer {
    uploads: Vec<ListedUpload>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct ListedUpload {
    code: String,
    is_album: bool,
    url: String,
    size: u64,
    #[schema(rename = "size_formatted", example = "2.37 MB")]
    size_formatted: String,
    uploaded: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct EditAnswer {
    message: String,
    #[schema(value_type = Object)]
    post: (),
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire")]
pub(crate) struct MessageAnswer {
    message: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct PostAnswer {
    #[schema(value_type = Object)]
    post: (),
}

/// The fields to change; `null` clears one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(min_properties = 1)]
#[allow(dead_code, reason = "describes the wire; what is read is core's ProfileEdit")]
pub(crate) struct ProfileChange {
    #[schema(max_length = 200)]
    bio: Option<String>,
    #[schema(max_length = 15)]
    nickname: Option<String>,
    #[schema(pattern = "^[A-Za-z0-9_]{4,15}$", nullable = false)]
    username: Option<String>,
    /// Kept sealed and shown to nobody.
    #[schema(format = Email, max_length = 50)]
    email: Option<String>,
    /// `roblox`, `github`, `spotify`, `youtube`, `tiktok`, `X`, `bluesky`, `discord`: each a URL on that platform's domain.
    #[schema(value_type = Option<Object>)]
    socials: Option<()>,
    /// The URL of an avatar that the caller uploaded.
    avatar: Option<String>,
    /// The URL of a banner that the caller uploaded.
    banner: Option<String>,
    /// For premium accounts.
    custom_embed: Option<Embed>,
}

/// How link previews of uploads look. Texts may hold `%{post_title}%`, `%{post_description}%`, `%{username}%`,
/// `%{nickname}%`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomEmbed)]
#[allow(dead_code, reason = "describes the wire; what is read is core's CustomEmbed")]
pub(crate) struct Embed {
    #[schema(max_length = 60)]
    title: Option<String>,
    #[schema(max_length = 200)]
    description: Option<String>,
    #[schema(pattern = "^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$")]
    theme_color: Option<String>,
    #[schema(max_length = 50)]
    small_text: Option<String>,
}

/// What was sent, with a message.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; replies are made by the handlers")]
pub(crate) struct ProfileAnswer {
    #[schema(example = "Profile updated successfully!")]
    message: String,
}

/// A picture in a form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; forms are read as they stream in")]
pub(crate) struct PictureForm {
    /// A png, jpg, webp or gif of at most 30 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct Blocks {
    blocks: Vec<Blocked>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct Blocked {
    #[schema(example = "987654321098765432")]
    user_id: String,
    #[schema(example = "2026-05-29T12:00:00Z")]
    created: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UsageHistory {
    /// Days without uploads are left out.
    history: Vec<UsageDay>,
    stats: UsageStats,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UsageDay {
    #[schema(example = "2026-05-29")]
    day: String,
    bytes: u64,
    /// Files.
    count: u64,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the wire; the views are the app crate's")]
pub(crate) struct UsageStats {
    total_bytes: u64,
    total_uploads: u64,
    active_days: u64,
    /// Days in a row up to today.
    current_streak: u64,
    biggest_day: Option<UsageDay>,
    #[schema(example = 365)]
    window_days: u64,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_in_the_docs_is_the_one_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == super::document(),
            "docs/openapi.json is stale; `nameplate openapi` prints it anew"
        );
    }
}
