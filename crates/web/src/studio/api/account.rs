//! `/api/v1/account`: what is one's own, to be read, changed, taken along and deleted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use nameplate_app::{EditFault, ThemeFault};
use nameplate_core::change::Change;
use nameplate_core::edit::{ProfileEdit, sent};
use nameplate_core::id::UserId;
use nameplate_core::plan::SubscriptionView;
use nameplate_core::presence::ActivityPreference;
use nameplate_core::secret::MusicKey;
use nameplate_core::time::{Timestamp, millis};
use nameplate_core::user::{Badges, CustomEmbed, Socials};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json::from_value;
use crate::openapi::{AccountChange, StudioAnswer, StudioError};
use crate::reply::{Account as Bare, Envelope};
use crate::state::Web;
use crate::studio::cookie::{self, Purpose};
use crate::studio::json::{Json, refusal as bad_body};
use crate::studio::person::picture;
use crate::studio::session::{Owner, unavailable};

/// The account as its owner sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    id: UserId,
    username: &'a str,
    nickname: Option<&'a str>,
    bio: Option<&'a str>,
    email: Option<&'a str>,
    avatar_url: Option<String>,
    banner_url: Option<String>,
    socials: Socials,
    custom_embed: Option<&'a CustomEmbed>,
    theme: Option<&'a str>,
    badges: Badges,
    #[serde(with = "millis")]
    created: Timestamp,
    presence_sharing: bool,
    activity_preference: Option<&'a ActivityPreference>,
    music: Music,
    subscription: SubscriptionView,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Music {
    enabled: bool,
    has_key: bool,
}

/// What the owner can change beside the fields of [`ProfileEdit`].
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Settings {
    #[serde(deserialize_with = "sent")]
    theme: Option<Option<String>>,
    #[serde(deserialize_with = "sent")]
    presence_sharing: Option<bool>,
    #[serde(deserialize_with = "sent")]
    activity_preference: Option<Option<ActivityPreference>>,
    #[serde(deserialize_with = "sent")]
    music: Option<MusicEdit>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MusicEdit {
    #[serde(deserialize_with = "sent")]
    enabled: Option<bool>,
    #[serde(deserialize_with = "sent")]
    key: Option<Option<MusicKey>>,
}

const SETTINGS: [&str; 4] = ["theme", "presenceSharing", "activityPreference", "music"];

/// The user's own account.
#[utoipa::path(get, path = "/api/v1/account", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "The account", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn show(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    view(&web, &owner)
}

fn view(web: &Web, owner: &Owner) -> Response {
    let (user, now) = (owner.user(), web.app.now());
    Envelope::data(Account {
        id: user.id,
        username: &user.username,
        nickname: user.nickname.as_deref(),
        bio: user.bio.as_deref(),
        email: owner.caller().email(),
        avatar_url: picture(web, user.avatar.as_deref()),
        banner_url: picture(web, user.banner.as_deref()),
        socials: user.socials.clone().unwrap_or_default(),
        custom_embed: user.custom_embed.as_ref(),
        theme: user.theme.as_deref(),
        badges: user.badges(now),
        created: user.created,
        presence_sharing: user.shares_presence,
        activity_preference: Some(&user.activity_preference)
            .filter(|wish| **wish != ActivityPreference::default()),
        music: Music { enabled: user.is_music_enabled, has_key: owner.caller().has_music_key() },
        subscription: user.subscription.view(now),
    })
}

/// Changes what is sent; null empties a field.
#[utoipa::path(patch, path = "/api/v1/account", tag = "account", security(("session" = [])), request_body = AccountChange,
    responses(
        (status = 200, description = "The account as it is now", body = StudioAnswer),
        (status = 400, description = "`bad_value` with its `path`, `username_taken`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`not_premium`, `bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 415, description = "`bad_type`", body = StudioError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Json(mut sent): Json<Map<String, Value>>,
) -> Response {
    let settings: Map<String, Value> =
        SETTINGS.into_iter().filter_map(|name| Some((name.to_owned(), sent.shift_remove(name)?))).collect();
    let has_profile = !sent.is_empty() || settings.is_empty();
    let (settings, profile) = match (from_value(settings.into()), from_value(sent.into())) {
        (Ok(settings), Ok(profile)) => (settings, profile),
        (Err(fault), _) | (_, Err(fault)) => return bad_body(&fault),
    };
    let changed = change(&web, &owner, settings, has_profile.then_some(profile)).await;
    match (changed, web.app.accounts.signed_in(&owner.id()).await) {
        (Err(response), _) => *response,
        (Ok(()), Ok(Some(caller))) => view(&web, &owner.with(caller)),
        (Ok(()), _) => unavailable(),
    }
}

async fn change(
    web: &Web,
    owner: &Owner,
    settings: Settings,
    profile: Option<ProfileEdit>,
) -> Result<(), Box<Response>> {
    let (accounts, caller) = (&web.app.accounts, owner.caller());
    if let Some(theme) = &settings.theme {
        accounts.check_theme(caller, theme.as_deref()).map_err(bad_theme)?;
    }
    if let Some(profile) = profile {
        accounts.edit(caller, &profile).await.map_err(bad_edit)?;
    }
    if let Some(theme) = &settings.theme {
        accounts.set_theme(caller, theme.as_deref()).await.map_err(bad_theme)?;
    }
    let gone = |_| Box::new(unavailable());
    if let Some(is_sharing) = settings.presence_sharing {
        web.app.presences.set_sharing(owner.id(), is_sharing).await.map_err(gone)?;
        web.app.apply(&Change::User(owner.id())).await;
    }
    if let Some(preference) = settings.activity_preference {
        let preference = preference.unwrap_or_default();
        web.app.presences.set_preference(owner.id(), preference).await.map_err(gone)?;
        web.app.apply(&Change::User(owner.id())).await;
    }
    let music = settings.music.unwrap_or_default();
    if let Some(key) = &music.key {
        accounts.set_music_key(caller, key.as_ref()).await.map_err(gone)?;
    }
    if let Some(is_enabled) = music.enabled {
        accounts.set_music_enabled(caller, is_enabled).await.map_err(gone)?;
    }
    Ok(())
}

fn bad_theme(fault: ThemeFault) -> Box<Response> {
    Box::new(match fault {
        ThemeFault::Unknown => {
            Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", "theme", "There is no such theme.")
        }
        ThemeFault::NotPremium => {
            let text = "Themes are available to PLUS users only.";
            Envelope::refuse_at(StatusCode::FORBIDDEN, "not_premium", "theme", text)
        }
        ThemeFault::Unavailable(_) => unavailable(),
    })
}

fn bad_edit(fault: EditFault) -> Box<Response> {
    let bad = |code, path, text: &str| Envelope::refuse_at(StatusCode::BAD_REQUEST, code, path, text);
    Box::new(match fault {
        EditFault::Bad(fault) => match fault.field {
            Some(field) => bad("bad_value", field, &fault.to_string()),
            None => Envelope::refuse(StatusCode::BAD_REQUEST, "nothing_to_change", &fault.to_string()),
        },
        EditFault::ForeignPicture(field) => {
            bad("bad_value", field, "The picture must be one that you uploaded.")
        }
        EditFault::UsernameTaken => bad("username_taken", "username", "Username is already taken."),
        EditFault::NotPremium => {
            let text = "Custom embeds are available to PLUS users only.";
            Envelope::refuse_at(StatusCode::FORBIDDEN, "not_premium", "customEmbed", text)
        }
        EditFault::Unavailable(_) => unavailable(),
    })
}

/// Everything of the account as a file, keys included.
#[utoipa::path(get, path = "/api/v1/account/export", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "A file that `nameplate import` reads", content_type = "application/json"),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn export(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.accounts.export(owner.caller()).await {
        Ok(file) => {
            let name = format!("attachment; filename=\"nameplate-{}.json\"", owner.id());
            let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
            ([(CONTENT_DISPOSITION, name)], Bare::data(&file)).into_response()
        }
        Err(_) => unavailable(),
    }
}

/// The username, typed again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Farewell {
    username: String,
}

/// Deletes the account and everything that is its.
#[utoipa::path(delete, path = "/api/v1/account", tag = "account", security(("session" = [])), request_body = Farewell,
    responses(
        (status = 200, description = "It is gone, and nobody is signed in", body = StudioAnswer),
        (status = 400, description = "`bad_value`: the username is another one", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError)))]
pub(crate) async fn delete(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Json(farewell): Json<Farewell>,
) -> Response {
    if farewell.username != owner.user().username {
        let text = "Type your username to delete the account.";
        return Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", "username", text);
    }
    if web.app.delete_account(owner.caller()).await.is_err() {
        return unavailable();
    }
    let mut response = Envelope::data(());
    response.headers_mut().insert(SET_COOKIE, cookie::take(&web, Purpose::Session));
    response
}
