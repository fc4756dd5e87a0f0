//! `/confirm/{token}`: where a mail leads whose reader is asked whether the address is theirs. Opening it changes nothing,
//! since programs open what stands in a mail before people do.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use nameplate_page::LoginStep;

use crate::state::Web;
use crate::studio::login::{Leave, foreign, page};
use crate::studio::session::{Owner, is_same_origin};

/// `GET /confirm/{token}`.
pub(crate) async fn ask(State(web): State<Arc<Web>>, owner: Owner, Path(token): Path<String>) -> Response {
    match web.app.contacts.find_confirmation(&owner.id(), &token).await {
        Ok(Some(address)) => {
            let step = LoginStep::Confirm { address: address.expose(), csrf: owner.csrf() };
            page(&web, StatusCode::OK, step)
        }
        Ok(None) => over(&web),
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// `POST /confirm/{token}`.
pub(crate) async fn confirm(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(token): Path<String>,
    parts: Parts,
    form: Result<Form<Leave>, FormRejection>,
) -> Response {
    let is_ours = form.is_ok_and(|Form(form)| owner.is_csrf(form.csrf.as_bytes()));
    if !is_same_origin(&web, &parts.headers) || !is_ours {
        return foreign(&web);
    }
    if owner.user().is_suspended {
        let message = "It can be looked at and not changed.";
        let step = LoginStep::Answered { title: "This account is suspended", message };
        return page(&web, StatusCode::FORBIDDEN, step);
    }
    match web.app.contacts.confirm(&owner.id(), &token).await {
        Ok(Some(address)) => {
            let message =
                format!("Messages from visitors of your page go to {} from now on.", address.expose());
            let step = LoginStep::Answered { title: "Your address is confirmed", message: &message };
            page(&web, StatusCode::OK, step)
        }
        Ok(None) => over(&web),
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn over(web: &Web) -> Response {
    let step = LoginStep::Answered {
        title: "This link is over",
        message: "Its day has passed, you have written another address since, or it was sent to another account. Send a new one from your contact forms.",
    };
    page(web, StatusCode::NOT_FOUND, step)
}
