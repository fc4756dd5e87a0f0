//! The file with which ShareX and programs like it learn to upload here (contract A7).

use nameplate_core::secret::AccountKey;
use serde::Serialize;

/// A custom uploader of ShareX: files, and addresses to shorten. It holds the account's key and has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ShareXConfig {
    version: &'static str,
    name: String,
    destination_type: &'static str,
    request_method: &'static str,
    #[serde(rename = "RequestURL")]
    request_url: String,
    headers: Headers,
    body: &'static str,
    arguments: Arguments,
    file_form_name: &'static str,
    #[serde(rename = "URL")]
    url: &'static str,
    error_message: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Headers {
    authorization: String,
}

/// Empty when a file is uploaded.
#[derive(Serialize)]
struct Arguments {
    link: &'static str,
}

impl ShareXConfig {
    /// `home_url` is the dashboard's, with a slash at its end.
    pub fn new(site_name: &str, home_url: &str, username: &str, key: &AccountKey) -> Self {
        Self {
            version: "17.0.0",
            name: format!("{site_name} ({username})"),
            destination_type: "ImageUploader, FileUploader, URLShortener",
            request_method: "POST",
            request_url: format!("{home_url}upload"),
            headers: Headers { authorization: key.expose().to_owned() },
            body: "MultipartFormData",
            arguments: Arguments { link: "{input}" },
            file_form_name: "file",
            url: "{json:url}",
            error_message: "{json:error}",
        }
    }
}
