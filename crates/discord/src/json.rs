//! JSON read field by field.
//!
//! Discord does not validate what other people's clients put into an activity, and adds fields and values as it likes.
//! So nothing is read as a whole: a field that is missing, `null` or of another type than expected is simply not
//! there, and everything beside it is. Values are borrowed until somebody asks for them: the members of a large guild
//! cost no more than a pass over their text.

use std::collections::HashMap;

use nameplate_core::id::UserId;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An object whose values have not been looked at yet; of a repeated key the last one counts.
#[derive(Debug, Default)]
pub(crate) struct Object<'a>(HashMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    pub(crate) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.read(name)
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.read(name)
    }

    /// A whole number; one written with a fraction of nothing, as in `1.0`, is one too.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.read::<i64>(name).or_else(|| {
            let number = self.read::<f64>(name)?;
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
        })
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.read(name)
    }

    /// A snowflake, written as text or as a number.
    pub(crate) fn id(&self, name: &str) -> Option<u64> {
        self.read::<u64>(name).or_else(|| self.text(name)?.parse().ok())
    }

    pub(crate) fn user(&self, name: &str) -> Option<UserId> {
        UserId::parse(&self.id(name)?.to_string()).ok()
    }

    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.0.get(name)?.get())
    }

    /// The objects of a list; what else stands in it is passed over. `None` when there is no list.
    pub(crate) fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let items: Vec<&'a RawValue> = self.read(name)?;
        Some(items.into_iter().filter_map(|item| Self::parse(item.get())).collect())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get() != "null")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Any JSON at all.
    pub(crate) fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,200}".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z_]{1,12}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn a_field_of_another_type_is_not_there_and_its_neighbours_are() {
        let object = Object::parse(
            r#"{"text":7,"name":"ada","id":"80351110224678912","number":80351110224678912,"list":[{"a":1},null,3,{"a":2}],
                "nothing":null,"whole":1.0,"half":1.5,"huge":1e999,"twice":1,"twice":2,"pair":"\ud83d"}"#,
        )
        .unwrap();
        assert_eq!((object.text("text"), object.text("name").as_deref()), (None, Some("ada")));
        assert_eq!((object.id("id"), object.id("number")), (Some(80_351_110_224_678_912), object.id("id")));
        assert_eq!(
            (object.integer("whole"), object.integer("half"), object.integer("huge")),
            (Some(1), None, None)
        );
        assert_eq!(object.integer("twice"), Some(2));
        assert_eq!(object.text("pair"), None);
        let items = object.objects("list").unwrap();
        assert_eq!(items.iter().map(|item| item.integer("a")).collect::<Vec<_>>(), [Some(1), Some(2)]);
        assert!(object.objects("name").is_none() && object.object("list").is_none());
        assert!(object.has("name") && !object.has("nothing") && !object.has("missing"));
    }
}
