//! Where the large image of an activity is: every form of `large_image` that Discord has, as an https URL.
//!
//! The texts come from other people's clients. What takes none of the known forms is left out, never passed on.

use nameplate_core::presence::is_https_url;

/// The URL of an activity's large image, not yet judged by its host.
pub(crate) fn url(large_image: &str, application: Option<u64>) -> Option<String> {
    let url = match large_image.split_once(':') {
        None => {
            let asset = large_image.parse::<u64>().ok()?;
            format!("https://cdn.discordapp.com/app-assets/{}/{asset}.png", application?)
        }
        Some(("mp", path)) => format!("https://media.discordapp.net/{path}"),
        Some(("spotify", id)) => format!("https://i.scdn.co/image/{}", word(id)?),
        Some(("twitch", user)) => {
            format!("https://static-cdn.jtvnw.net/previews-ttv/live_user_{}-440x248.jpg", word(user)?)
        }
        Some(("youtube", id)) => format!("https://i.ytimg.com/vi/{}/hqdefault.jpg", word(id)?),
        Some(("https", _)) => large_image.to_owned(),
        Some(_) => return None,
    };
    is_https_url(&url).then_some(url)
}

/// An id of another site: nothing in it can lead to another place of that site.
fn word(id: &str) -> Option<&str> {
    let is_word =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    is_word.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S2
    #[test]
    fn every_form_is_an_https_url_or_nothing() {
        let cases = [
            ("464651972", Some(1), Some("https://cdn.discordapp.com/app-assets/1/464651972.png")),
            ("464651972", None, None),
            (
                "mp:external/abc/https/example.org/cover.png",
                None,
                Some("https://media.discordapp.net/external/abc/https/example.org/cover.png"),
            ),
            ("spotify:ab67616d0000b273", None, Some("https://i.scdn.co/image/ab67616d0000b273")),
            (
                "twitch:ada_l",
                None,
                Some("https://static-cdn.jtvnw.net/previews-ttv/live_user_ada_l-440x248.jpg"),
            ),
            ("youtube:dQw4w9WgXcQ", None, Some("https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg")),
            ("https://i.scdn.co/image/x", None, Some("https://i.scdn.co/image/x")),
            ("http://i.scdn.co/image/x", None, None),
            ("spotify:../../x", None, None),
            ("spotify:", None, None),
            ("youtube:a/b", None, None),
            ("javascript:alert(1)", None, None),
            ("mp:external/a b\n", None, None),
            ("game_icon", Some(1), None),
            ("", Some(1), None),
        ];
        for (form, application, expected) in cases {
            assert_eq!(url(form, application).as_deref(), expected, "{form}");
        }
    }
}
