//! The JSON Schema of the file: what the derived one cannot know is how the words of `core` are written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::InstanceFile;
use crate::host::Host;
use crate::id::{PostCode, ProfileId, UserId};
use crate::post::FileName;
use crate::secret::{AccountKey, Email, MusicKey};
use crate::time::Timestamp;

macro_rules! text_schema {
    ($($name:ty, $schema:tt;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

text_schema! {
    UserId, {"type": "string", "pattern": "^[0-9]{15,20}$"};
    ProfileId, {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"};
    PostCode, {"type": "string", "pattern": "^[A-Za-z0-9]{4,16}$"};
    FileName, {"type": "string", "pattern": "^[0-9a-f]{32}\\.(png|jpg|jpeg|webp|gif|mp4|mov|mkv)$"};
    AccountKey, {"type": "string", "pattern": "^[A-Za-z0-9]{32}$"};
    Email, {"type": "string", "format": "email", "maxLength": 50};
    MusicKey, {"type": "string", "minLength": 1, "maxLength": 512};
    Timestamp, {"type": "string", "format": "date-time"};
    Host, {"type": "string", "format": "idn-hostname"};
}

/// The JSON Schema of the file, kept in `docs/import.schema.json` (W2).
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(InstanceFile).to_value()
}
