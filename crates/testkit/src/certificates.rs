//! An authority of the test's own, and a certificate of it for the loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// Made by OpenSSL, for `127.0.0.1`, `localhost` and two pages below it.
    pub fn make() -> Self {
        let certificates = Self { folder: tempfile::tempdir().unwrap() };
        let make = |arguments: &[&str]| {
            let mut command = Command::new("openssl");
            command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
            let output = command.args(arguments).current_dir(certificates.folder.path()).output();
            let output = output.expect("openssl is installed");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        make(&["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority of the test"]);
        let names = "subjectAltName=DNS:localhost,DNS:ada.localhost,DNS:bob.localhost,IP:127.0.0.1";
        let of_ca =
            ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", names, "-addext", "basicConstraints=CA:FALSE"];
        make(&[&["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"], &of_ca[..]].concat());
        certificates
    }

    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }
}
