//! People as the studio shows them in lists.

use nameplate_core::id::UserId;
use nameplate_core::user::User;
use serde::Serialize;

use crate::state::Web;

/// Somebody, short.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    id: UserId,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
}

impl Person {
    pub(crate) fn of(web: &Web, user: &User) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            display_name: user.display_name().to_owned(),
            avatar_url: picture(web, user.avatar.as_deref()),
        }
    }
}

/// A picture's address at this host or the one of files, which are the two that the studio takes pictures from.
pub(crate) fn picture(web: &Web, url: Option<&str>) -> Option<String> {
    url.and_then(|url| web.app.art.local_url(url))
}
