//! `GET /region`: where this instance runs (contract A1). Needs no key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::reply::Account;
use crate::state::Web;

#[derive(Serialize)]
struct Region<'a> {
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'static str>,
    label: &'a str,
}

#[utoipa::path(get, path = "/region", tag = "accounts", responses((status = 200, description = "The region")))]
pub(crate) async fn region(State(web): State<Arc<Web>>) -> Response {
    let region = web.region.as_str();
    let country = match region {
        "eu-west-1" => Some("United Kingdom"),
        "us-west-1" => Some("United States"),
        _ => None,
    };
    Account::data(&Region { region, country, label: country.unwrap_or(region) })
}
