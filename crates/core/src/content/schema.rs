//! The JSON Schema of the document, for `docs/content.schema.json`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Content, Icon, ImageUrl, Line, LinkUrl, List, Prose};
use crate::theme::{Angle, Rgb};

macro_rules! inline_schema {
    ($([$($generics:tt)*] $name:ty, $schema:expr;)*) => {$(
        impl<$($generics)*> JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let schema: fn(&mut SchemaGenerator) -> Schema = $schema;
                schema(generator)
            }
        }
    )*};
}

/// How a list of ISRCs is described.
pub(super) struct Isrcs;

inline_schema! {
    [const MAX: usize] Line<MAX>, |_| json_schema!({"type": "string", "minLength": 1, "maxLength": MAX, "pattern": "^[^\\n]*$"});
    [const MAX: usize] Prose<MAX>, |_| json_schema!({"type": "string", "minLength": 1, "maxLength": MAX});
    [T: JsonSchema, const MIN: usize, const MAX: usize] List<T, MIN, MAX>, |generator| {
        let items = generator.subschema_for::<T>();
        json_schema!({"type": "array", "items": items, "minItems": MIN, "maxItems": MAX})
    };
    [] LinkUrl, |_| json_schema!({"type": "string", "format": "uri", "maxLength": 2048, "pattern": "^(?i:https?|mailto|tel|sms|matrix|xmpp|geo):"});
    [] ImageUrl, |_| json_schema!({"type": "string", "format": "uri-reference", "maxLength": 2048, "pattern": "^((?i:https?)://|/[^/])"});
    [] Icon, |_| json_schema!({"enum": Icon::all().collect::<Vec<_>>()});
    [] Isrcs, |_| json_schema!({"type": "array", "items": {"type": "string", "pattern": "^[A-Za-z0-9]{12}$"}, "minItems": 1, "maxItems": 50});
    [] Rgb, |_| json_schema!({"type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"});
    [] Angle, |_| json_schema!({"enum": [0, 45, 90, 135, 180, 225, 270, 315]});
    [] super::Schema, |_| json_schema!({"const": 1});
}

/// The JSON Schema of the document, kept in `docs/content.schema.json` (W1).
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Content).to_value()
}

#[cfg(test)]
mod tests {
    /// W1
    #[test]
    fn the_schema_in_the_docs_is_the_one_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/content.schema.json");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        let schema = serde_json::to_string_pretty(&super::schema()).unwrap() + "\n";
        assert!(
            written == schema,
            "docs/content.schema.json is stale; `nameplate schema content` prints it anew"
        );
    }
}
