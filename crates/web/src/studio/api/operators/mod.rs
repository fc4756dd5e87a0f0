//! `/api/v1/operator`: the whole instance, for those who run it. To others it is not there.

pub(crate) mod reports;
pub(crate) mod site;
pub(crate) mod users;

use axum::response::Response;
use http::StatusCode;
use nameplate_app::{OperatorFault, Operators};
use serde::Deserialize;

use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::session::{Operator, unavailable};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Part {
    /// A part of a name, an id or a domain.
    search: String,
    /// From 1; 50 entries each.
    page: u32,
}

/// The service, for whoever asks.
fn acting(web: &Web, operator: &Operator) -> Operators {
    web.app.operators.for_actor(operator.0.id().as_str())
}

fn refuse(fault: &OperatorFault) -> Response {
    let sentence = |text: &str| {
        let mut letters = text.chars();
        letters
            .next()
            .map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
            .unwrap_or_default()
    };
    let text = sentence(&fault.to_string());
    match fault {
        OperatorFault::NotFound(_) => Envelope::refuse(StatusCode::NOT_FOUND, "not_found", &text),
        OperatorFault::Bad { field, .. } => {
            Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", field, &text)
        }
        OperatorFault::Taken(_) => Envelope::refuse(StatusCode::CONFLICT, "taken", &text),
        OperatorFault::Unavailable(_) => unavailable(),
    }
}
