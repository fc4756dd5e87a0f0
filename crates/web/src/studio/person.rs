//! People as the studio shows them in lists.

use nameplate_app::PersonView;
use nameplate_core::user::User;

use crate::state::Web;

/// Somebody, short.
pub(crate) fn person(web: &Web, user: &User) -> PersonView {
    let mut person = PersonView::from(user);
    dress(web, &mut person);
    person
}

/// Gives somebody a picture that the studio may show.
pub(crate) fn dress(web: &Web, person: &mut PersonView) {
    person.avatar_url = picture(web, person.avatar_url.as_deref());
}

/// A picture's address at this host or the one of files, which are the two that the studio takes pictures from.
pub(crate) fn picture(web: &Web, url: Option<&str>) -> Option<String> {
    url.and_then(|url| web.app.art.local_url(url))
}
