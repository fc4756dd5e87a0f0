//! What an owner wants of the choice between activities: Discord tells of several, a page shows one.
//!
//! Two wishes are enough for what people ask for: one kind that goes first ("music before games"), and applications that
//! are never shown ("not my editor at work"). An order of all kinds would be a form that nobody fills in. A custom status
//! and Spotify are applications here too, by the names that Discord gives them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Activity, ActivityType, MAX_TEXT};
use crate::text::clean_line;

/// How many applications can be hidden.
pub const MAX_HIDDEN: usize = 32;

/// Whether a user shares their presence, and what they prefer to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceSettings {
    /// The opt-in is on and the account is not suspended (S4).
    pub is_sharing: bool,
    pub preference: ActivityPreference,
}

/// Without a wish, the rule for everybody decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct ActivityPreference {
    prefer: Option<ActivityType>,
    /// Names in the order in which they were hidden, each once.
    hide: Vec<String>,
}

/// One step of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreferenceEdit {
    /// This kind goes first, or none does.
    Prefer(Option<ActivityType>),
    /// An application is never shown.
    Hide(String),
    /// It is shown again.
    Unhide(String),
}

/// Why a preference cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPreference {
    #[error("the kinds are playing, streaming, listening, watching, competing and custom")]
    Kind,
    #[error("an application has a name, the one that Discord shows")]
    Name,
    #[error("that application is not hidden")]
    NotHidden,
    #[error("{MAX_HIDDEN} applications can be hidden, and no more")]
    TooMany,
}

/// What an owner wants of the choice between activities.
#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "ActivityPreference")]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    /// The kind of activity that is shown before all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["playing", "streaming", "listening", "watching", "competing", "custom", null]))]
    prefer: Option<String>,
    /// Applications that are never shown, by their names as Discord shows them, whatever the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_HIDDEN), inner(length(min = 1, max = MAX_TEXT)))]
    hide: Vec<String>,
}

impl ActivityPreference {
    pub fn prefer(&self) -> Option<ActivityType> {
        self.prefer
    }

    pub fn hidden(&self) -> &[String] {
        &self.hide
    }

    pub fn apply(&mut self, edit: &PreferenceEdit) -> Result<(), BadPreference> {
        match edit {
            PreferenceEdit::Prefer(kind) => {
                self.prefer = *kind;
                Ok(())
            }
            PreferenceEdit::Hide(name) => self.hide(name),
            PreferenceEdit::Unhide(name) => self.unhide(name),
        }
    }

    /// One that is hidden already stays so.
    fn hide(&mut self, name: &str) -> Result<(), BadPreference> {
        let name = clean_line(name, MAX_TEXT).trim().to_owned();
        if name.is_empty() {
            return Err(BadPreference::Name);
        }
        if self.is_hidden(&name) {
            return Ok(());
        }
        if self.hide.len() == MAX_HIDDEN {
            return Err(BadPreference::TooMany);
        }
        self.hide.push(name);
        Ok(())
    }

    fn unhide(&mut self, name: &str) -> Result<(), BadPreference> {
        let before = self.hide.len();
        let name = folded(name);
        self.hide.retain(|hidden| folded(hidden) != name);
        if self.hide.len() < before { Ok(()) } else { Err(BadPreference::NotHidden) }
    }

    fn is_hidden(&self, name: &str) -> bool {
        let name = folded(name);
        self.hide.iter().any(|hidden| folded(hidden) == name)
    }

    /// The activity to show of some in the order of the rule for everybody.
    pub fn choose<'a>(&self, activities: &'a [Activity]) -> Option<&'a Activity> {
        let shown = activities.iter().filter(|activity| !self.is_hidden(&activity.name));
        // Of equals the first is the least.
        shown.min_by_key(|activity| Some(activity.kind) != self.prefer)
    }
}

/// As names are compared.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl TryFrom<Written> for ActivityPreference {
    type Error = BadPreference;

    fn try_from(written: Written) -> Result<Self, BadPreference> {
        let kind = |word: String| ActivityType::from_word(&word).ok_or(BadPreference::Kind);
        let mut preference = Self { prefer: written.prefer.map(kind).transpose()?, hide: Vec::new() };
        written.hide.iter().try_for_each(|name| preference.hide(name))?;
        Ok(preference)
    }
}

impl From<ActivityPreference> for Written {
    fn from(preference: ActivityPreference) -> Self {
        Self { prefer: preference.prefer.map(|kind| kind.word().to_owned()), hide: preference.hide }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(kind: ActivityType, name: &str) -> Activity {
        Activity {
            name: name.into(),
            kind,
            details: None,
            state: None,
            started_at: None,
            ends_at: None,
            large_image: None,
            large_text: None,
        }
    }

    fn read(json: &str) -> Result<ActivityPreference, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// S2
    #[test]
    fn the_preferred_kind_goes_first_and_hidden_applications_are_never_shown() {
        let activities = [
            activity(ActivityType::Playing, "Chess"),
            activity(ActivityType::Playing, "Visual Studio Code"),
            activity(ActivityType::Listening, "Spotify"),
            activity(ActivityType::Custom, "Custom Status"),
        ];
        let shown = |json: &str| {
            let preference = read(json).unwrap();
            preference.choose(&activities).map(|activity| activity.name.clone()).unwrap_or_default()
        };
        assert_eq!(shown("{}"), "Chess");
        assert_eq!(shown(r#"{"prefer":"listening"}"#), "Spotify");
        assert_eq!(shown(r#"{"prefer":"watching"}"#), "Chess", "a kind that is not there changes nothing");
        assert_eq!(shown(r#"{"hide":["CHESS"]}"#), "Visual Studio Code");
        assert_eq!(shown(r#"{"hide":["chess","spotify","visual studio code"]}"#), "Custom Status");
        assert_eq!(shown(r#"{"prefer":"listening","hide":["Spotify"]}"#), "Chess");
        let all = r#"{"hide":["Chess","Spotify","Visual Studio Code","Custom Status"]}"#;
        assert_eq!(shown(all), "");
    }

    #[test]
    fn a_preference_is_read_as_it_was_written_and_nothing_else_is() {
        for json in ["{}", r#"{"prefer":"custom"}"#, r#"{"prefer":"watching","hide":["Chess","Go"]}"#] {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
        let long = format!(
            r#"{{"hide":["{}"]}}"#,
            (0..=MAX_HIDDEN).map(|n| n.to_string()).collect::<Vec<_>>().join("\",\"")
        );
        for (json, message) in [
            (r#"{"prefer":"music"}"#, "the kinds are playing"),
            (r#"{"prefer":0}"#, "invalid type"),
            (r#"{"hide":[" \n"]}"#, "an application has a name"),
            (long.as_str(), "32 applications"),
            (r#"{"show":[]}"#, "unknown field"),
        ] {
            assert!(read(json).unwrap_err().contains(message), "{json}");
        }
    }

    #[test]
    fn hiding_twice_is_hiding_once_and_showing_again_undoes_it() {
        let mut preference = ActivityPreference::default();
        for name in [" Spotify\n", "spotify"] {
            preference.apply(&PreferenceEdit::Hide(name.into())).unwrap();
        }
        assert_eq!(preference.hidden(), ["Spotify"]);
        let show = PreferenceEdit::Unhide("SPOTIFY".into());
        assert_eq!(preference.apply(&show), Ok(()));
        assert_eq!(preference.apply(&show), Err(BadPreference::NotHidden));
        assert_eq!(preference, ActivityPreference::default());
    }
}
