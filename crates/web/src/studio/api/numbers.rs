//! `/api/v1/profiles/:id/numbers`: how a page is doing, for its owner.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use nameplate_app::{NumbersFault, NumbersView};
use nameplate_core::id::ProfileId;
use serde::Deserialize;

use crate::api;
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::session::{Owner, unavailable};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// A date such as `2026-05-01`, or a moment. Left out: thirty days before `to`.
    from: Option<String>,
    /// A date, which is in the period, or a moment, which is its end. Left out: now.
    to: Option<String>,
    /// `day` (at most 400), or `hour` (at most 31 days).
    by: Option<String>,
}

/// The numbers of a page: totals, a row for each hour or day, and the names of each list, the most frequent first. Known
/// crawlers are `bots`, and no views.
#[utoipa::path(get, path = "/api/v1/profiles/{profileID}/numbers", tag = "numbers", security(("session" = [])),
    params(("profileID" = String, Path, description = "The profile's id"), Period),
    responses(
        (status = 200, description = "`from`, `to`, `by`, `totals`, `series`, `referrers`, `devices`, `browsers`, `links`, `tracks`", body = StudioAnswer),
        (status = 400, description = "`bad_period`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "No such profile of the user's", body = StudioError)))]
pub(crate) async fn numbers(
    State(web): State<Arc<Web>>,
    owner: Owner,
    profile: Result<Path<String>, PathRejection>,
    period: Result<Query<Period>, QueryRejection>,
) -> Response {
    match read(&web, &owner, profile, period).await {
        Ok(numbers) => Envelope::data(numbers),
        Err(response) => response,
    }
}

/// The same as a table: the rows of the series.
#[utoipa::path(get, path = "/api/v1/profiles/{profileID}/numbers.csv", tag = "numbers", security(("session" = [])),
    params(("profileID" = String, Path, description = "The profile's id"), Period),
    responses(
        (status = 200, description = "`at,views,visitors,clicks,plays,bots`", content_type = "text/csv", body = String),
        (status = 400, description = "`bad_period`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "No such profile of the user's", body = StudioError)))]
pub(crate) async fn csv(
    State(web): State<Arc<Web>>,
    owner: Owner,
    profile: Result<Path<String>, PathRejection>,
    period: Result<Query<Period>, QueryRejection>,
) -> Response {
    let numbers = match read(&web, &owner, profile, period).await {
        Ok(numbers) => numbers,
        Err(response) => return response,
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"numbers.csv\"")),
    ];
    (headers, table(&numbers)).into_response()
}

/// Moments and numbers alone, so nothing needs quotes.
fn table(numbers: &NumbersView) -> String {
    let mut text = String::from("at,views,visitors,clicks,plays,bots\r\n");
    for point in &numbers.series {
        let (at, counts) = (&point.at, &point.counts);
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "{at},{},{},{},{},{}\r\n",
            counts.views, counts.visitors, counts.clicks, counts.plays, counts.bots
        );
    }
    text
}

async fn read(
    web: &Web,
    owner: &Owner,
    profile: Result<Path<String>, PathRejection>,
    period: Result<Query<Period>, QueryRejection>,
) -> Result<NumbersView, Response> {
    let id = profile.ok().and_then(|Path(profile)| ProfileId::parse(&profile).ok());
    let Some(id) = id else { return Err(api::not_found().await) };
    let Ok(Query(Period { from, to, by })) = period else {
        let text = "The query must be `from`, `to` and `by`, each once.";
        return Err(Envelope::refuse(StatusCode::BAD_REQUEST, "bad_period", text));
    };
    let period = (from.as_deref(), to.as_deref(), by.as_deref());
    match web.app.numbers.of(&owner.id(), &id, period).await {
        Ok(numbers) => Ok(numbers),
        Err(NumbersFault::NotFound) => Err(api::not_found().await),
        Err(NumbersFault::Period(bad)) => {
            let status = StatusCode::BAD_REQUEST;
            Err(Envelope::refuse_at(status, "bad_period", bad.parameter(), &bad.to_string()))
        }
        Err(NumbersFault::Unavailable(_)) => Err(unavailable()),
    }
}
