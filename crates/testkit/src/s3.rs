//! A real S3 service on the loopback: SeaweedFS, which checks signatures and keeps objects in volumes of its own. What it
//! holds is gone with the value that holds it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::http::Request;
use crate::node::Instance;
use crate::process::{Process, free_port};

pub struct S3Server {
    /// Dropped before the folder that it writes to.
    process: Process,
    _folder: TempDir,
    endpoint: SocketAddr,
    filer: SocketAddr,
}

impl S3Server {
    pub const BUCKET: &str = "uploads";
    pub const REGION: &str = "us-east-1";
    pub const ACCESS_KEY_ID: &str = "nameplate-tests";
    pub const SECRET_ACCESS_KEY: &str = "secret-of-the-tests";

    /// Starts it with an empty bucket.
    pub fn start() -> Self {
        let folder = crate::scratch::folder().unwrap();
        let parts = ["master", "volume", "filer", "s3"];
        let address = || SocketAddr::from(([127, 0, 0, 1], free_port()));
        let addresses = parts.map(|part| (part, address(), address()));
        let mut command = Command::new("setpriv");
        // It ends when the thread that started it does.
        command.args(["--pdeathsig", "KILL", "--"]).arg(program());
        command.args([
            "server",
            "-s3",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.volumeSizeLimitMB=64",
        ]);
        command.args(["-master.telemetry=false", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.arg(format!("-dir={}", folder.path().display()));
        for (part, http, grpc) in addresses {
            command.arg(format!("-{part}.port={}", http.port()));
            command.arg(format!("-{part}.port.grpc={}", grpc.port()));
        }
        command.current_dir(folder.path()).env_clear().env("HOME", folder.path());
        command.env("AWS_ACCESS_KEY_ID", Self::ACCESS_KEY_ID);
        command.env("AWS_SECRET_ACCESS_KEY", Self::SECRET_ACCESS_KEY);
        let (filer, endpoint) = (addresses[2].1, addresses[3].1);
        let (process, ()) = Process::start(command, &folder.path().join("weed.log"), || {
            TcpStream::connect(endpoint).is_ok().then_some(())
        });
        let server = Self { process, _folder: folder, endpoint, filer };
        // A folder in that place is a bucket.
        let made = Request::new("POST", "127.0.0.1", &format!("/buckets/{}/", Self::BUCKET)).body("");
        assert_eq!(made.send(filer).status, 201);
        server
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.endpoint)
    }

    /// Keeps an instance's uploads here.
    pub fn keep_blobs_of(&self, instance: Instance) -> Instance {
        instance
            .set("blob_url", format!("s3://{}", Self::BUCKET))
            .set("s3_endpoint", self.endpoint())
            .set("s3_region", Self::REGION)
            .set("s3_path_style", "true")
            .set("s3_access_key_id", Self::ACCESS_KEY_ID)
            .set("s3_secret_access_key", Self::SECRET_ACCESS_KEY)
    }

    /// The names in a folder of the bucket, `""` for its root.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let target = format!("/buckets/{}/{folder}?limit=10000", Self::BUCKET);
        let target = if folder.is_empty() { target } else { target.replace('?', "/?") };
        let reply =
            Request::new("GET", "127.0.0.1", &target).header("accept", "application/json").send(self.filer);
        if reply.status == 404 {
            return Vec::new();
        }
        let json = reply.json();
        let entries = json["Entries"].as_array().map_or(&[][..], Vec::as_slice);
        let path = |entry: &Value| entry["FullPath"].as_str().unwrap().to_owned();
        entries.iter().map(path).map(|path| path.rsplit('/').next().unwrap().to_owned()).collect()
    }

    /// How many multipart uploads were begun and neither finished nor given up.
    pub fn unfinished_uploads(&self) -> usize {
        self.names(".uploads").len()
    }

    /// It keeps its connections and answers nothing.
    pub fn hang(&self) {
        self.process.hang();
    }

    pub fn go_on(&self) {
        self.process.signal(rustix::process::Signal::CONT);
    }
}

/// Where `scripts/tools` puts it: beside the folder of the test that runs.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let mut places = test.ancestors().map(|folder| folder.join("tools/bin/weed"));
    places
        .find(|place| place.exists())
        .expect("SeaweedFS is not installed; ./scripts/test installs what the tests need and runs them")
}
