//! From a request's authority to the surface that answers it (contract R1).
//!
//! Hyper hands over requests with no `Host`, two of them, or an absolute target that disagrees; all of that is judged
//! here, before any routing. Forwarded hosts are never looked at: absolute URLs come from configuration.

use http::header::HOST;
use http::request::Parts;
use nameplate_core::host::{Authority, BadHost};

/// The one authority of a request.
///
/// # Errors
/// The authority is missing, stands twice, is malformed, or the target's differs from `Host`.
pub(crate) fn authority(request: &Parts) -> Result<Authority, BadHost> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(BadHost::Malformed);
    }
    let host = host.map(|value| Authority::parse(value.as_bytes())).transpose()?;
    let target = request
        .uri
        .authority()
        .map(|authority| Authority::parse(authority.as_str().as_bytes()))
        .transpose()?;
    match (host, target) {
        (Some(host), Some(target)) if host != target => Err(BadHost::Malformed),
        (Some(host), _) => Ok(host),
        // HTTP/2 names the host in `:authority` alone; HTTP/1.1 must send `Host` whatever the target is (RFC 9112, 3.2).
        (None, Some(target)) if request.version >= http::Version::HTTP_2 => Ok(target),
        _ => Err(BadHost::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(version: http::Version, target: &str, hosts: &[&[u8]]) -> Result<Authority, BadHost> {
        let mut request = http::Request::builder().version(version).uri(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        authority(&request.body(()).unwrap().into_parts().0)
    }

    /// R1
    #[test]
    fn exactly_one_authority_decides() {
        use http::Version;
        let ada = Authority::parse(b"ada.localhost").unwrap();
        assert_eq!(read(Version::HTTP_11, "/", &[b"ada.localhost:80"]), Ok(ada.clone()));
        assert_eq!(read(Version::HTTP_11, "http://ADA.localhost/", &[b"ada.localhost"]), Ok(ada.clone()));
        assert_eq!(read(Version::HTTP_2, "http://ada.localhost/", &[]), Ok(ada.clone()));
        assert_eq!(read(Version::HTTP_2, "http://ada.localhost/", &[b"ada.localhost"]), Ok(ada));
        assert!(read(Version::HTTP_11, "/", &[]).is_err());
        assert!(read(Version::HTTP_11, "http://ada.localhost/", &[]).is_err());
        assert!(read(Version::HTTP_11, "/", &[b"ada.localhost", b"ada.localhost"]).is_err());
        assert!(read(Version::HTTP_11, "http://bob.localhost/", &[b"ada.localhost"]).is_err());
        assert!(read(Version::HTTP_2, "http://bob.localhost/", &[b"ada.localhost"]).is_err());
        assert!(read(Version::HTTP_11, "/", &[b"\xff"]).is_err());
    }
}
