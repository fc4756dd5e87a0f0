//! Absolute URLs. They come from configuration alone, never from a request (contract R1).

use nameplate_core::host::{Host, Zones};
use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::post::FileName;
use nameplate_core::secret::Token;
use nameplate_media::blob_key::BlobKey;
use url::Url;

/// Makes the absolute URLs of one instance.
#[derive(Clone, Debug)]
pub struct Links {
    /// `https://` or `http://`.
    scheme: String,
    /// `:8080`, or nothing for the scheme's own port.
    port: String,
    home: String,
    files: String,
    files_host: Host,
}

impl Links {
    /// `public_url` is the dashboard's address as visitors see it; the other hosts share its scheme and port.
    pub fn new(public_url: &Url, zones: &Zones) -> Self {
        let scheme = format!("{}://", public_url.scheme());
        let port = public_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let files = format!("{scheme}{}{port}/", zones.files());
        Self { home: public_url.to_string(), files, files_host: zones.files(), scheme, port }
    }

    /// The dashboard's home, with a slash at its end.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// The dashboard's origin, as browsers write it.
    pub fn origin(&self) -> &str {
        self.home.trim_end_matches('/')
    }

    /// Where somebody signs in with a link.
    pub fn login(&self, token: &Token) -> String {
        login_link(&self.home, token)
    }

    /// Where an owner says that a mail address is theirs.
    pub fn confirmation(&self, token: &str) -> String {
        format!("{}confirm/{token}", self.home)
    }

    /// Where uploads are served, with a slash at its end.
    pub fn files(&self) -> &str {
        &self.files
    }

    /// The path of a URL on the file host, whatever scheme and port it was once made with.
    pub(crate) fn own_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (authority, path) = rest.split_once('/')?;
        let port = authority.strip_prefix(self.files_host.as_str())?;
        let is_port =
            port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        (port.is_empty() || is_port).then_some(path)
    }

    /// The URL of a picture as it is now: one of ours moves with the scheme and the port of the configuration.
    pub(crate) fn refresh(&self, url: &mut Option<String>) {
        if let Some(path) = url.as_deref().and_then(|url| self.own_path(url)) {
            *url = Some(format!("{}{path}", self.files));
        }
    }

    /// The home of a host of this instance.
    pub fn host(&self, host: &Host) -> String {
        format!("{}{host}{}/", self.scheme, self.port)
    }

    /// A profile's card; `version` changes with its content, for crawlers that keep the first copy (O1).
    pub fn card(&self, id: &ProfileId, version: &str) -> String {
        format!("{}api/v1/profiles/{id}/og.png?v={version}", self.home)
    }

    /// Where the uploads of a user are served, with a slash at its end.
    pub fn uploads(&self, owner: &UserId) -> String {
        format!("{}{owner}/", self.files)
    }

    pub fn upload(&self, owner: &UserId, file: &FileName) -> String {
        self.uploads(owner) + file.as_str()
    }

    /// The small picture of an upload.
    pub fn thumb(&self, owner: &UserId, file: &FileName) -> String {
        format!("{}{}", self.files, BlobKey::thumb_of(*owner, file).path())
    }

    /// A post or link by its short id.
    pub fn short(&self, code: &PostCode) -> String {
        format!("{}{code}", self.files)
    }

    /// The page that shows a post to people.
    pub fn share_page(&self, code: &PostCode) -> String {
        format!("{}p/{code}", self.home)
    }

    pub fn is_https(&self) -> bool {
        self.scheme == "https://"
    }
}

/// A link that signs in; `home` is the dashboard's, with a slash at its end.
pub fn login_link(home: &str, token: &Token) -> String {
    format!("{home}login/{}", token.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R1, P6
    #[test]
    fn urls_have_the_scheme_and_port_of_the_configuration() {
        let zones = Zones::new(Host::parse("localhost").unwrap(), Vec::new());
        let links = Links::new(&Url::parse("http://localhost:8080").unwrap(), &zones);
        let id = ProfileId::parse("p_ada").unwrap();
        assert_eq!(links.host(&Host::parse("ada.localhost").unwrap()), "http://ada.localhost:8080/");
        assert_eq!(links.card(&id, "1f"), "http://localhost:8080/api/v1/profiles/p_ada/og.png?v=1f");
        assert_eq!(links.files(), "http://i.localhost:8080/");

        let mut avatar = Some("https://i.localhost/avatars/1/a.png".to_owned());
        links.refresh(&mut avatar);
        assert_eq!(avatar.as_deref(), Some("http://i.localhost:8080/avatars/1/a.png"));
        assert_eq!(links.own_path("http://i.localhost:99/AbCd1234"), Some("AbCd1234"));
        for foreign in ["http://i.localhost.example/a", "http://i.localhost:x/a", "ftp://i.localhost/a", "/a"]
        {
            assert_eq!(links.own_path(foreign), None);
        }

        let proxied = Links::new(&Url::parse("https://example.org").unwrap(), &zones);
        assert_eq!(proxied.home(), "https://example.org/");
        assert!(proxied.is_https());
    }
}
