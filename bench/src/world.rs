//! Instances as files for `nameplate import`: users, and profiles with a page as people write them.

use serde_json::{Value, json};

/// The id of the user with a number.
pub(crate) fn user_id(number: usize) -> String {
    format!("{}", 100_000_000_000_000_000 + number)
}

/// The host of the profile with a number.
pub(crate) fn host(number: usize) -> String {
    format!("user{number}.localhost")
}

/// The id of the profile with a number.
pub(crate) fn profile_id(number: usize) -> String {
    format!("p_{number}")
}

/// Users who share their presence, without profiles.
pub(crate) fn users(count: usize) -> Value {
    json!({ "nameplate": 1, "users": (0..count).map(user).collect::<Vec<_>>() })
}

/// As many users, each with a page of twenty links.
pub(crate) fn profiles(count: usize) -> Value {
    json!({
        "nameplate": 1,
        "users": (0..count).map(user).collect::<Vec<_>>(),
        "profiles": (0..count).map(profile).collect::<Vec<_>>(),
    })
}

pub(crate) fn user(number: usize) -> Value {
    json!({
        "id": user_id(number),
        "username": format!("user{number}"),
        "nickname": format!("User {number}"),
        "bio": "Notes on engines, poetry & numbers, and more.",
        "created": "2026-01-04T09:30:00Z",
        "verified": number.is_multiple_of(10),
        "presenceSharing": true,
        "subscription": {
            "plan": "plus", "status": "active", "started_at": "2026-01-04T09:30:00Z", "expires_at": null,
            "cancel_at_period_end": false, "gifted": false
        },
    })
}

pub(crate) fn profile(number: usize) -> Value {
    let link = |at: usize| {
        json!({
            "label": format!("Link number {at}"),
            "url": format!("https://site{at}.example/user{number}/page"),
            "note": "A word about what is there",
        })
    };
    json!({
        "id": profile_id(number),
        "owner": user_id(number),
        "domain": host(number),
        "isPublic": true,
        "content": {
            "schema": 1,
            "template": "minimal",
            "theme": {},
            "blocks": [
                { "kind": "header" },
                { "kind": "presence" },
                { "kind": "links", "links": (0..20).map(link).collect::<Vec<_>>() },
            ],
        },
    })
}

/// The numbers below `count` in an order without a pattern that a cache could like, the same in every run.
pub(crate) fn shuffled(count: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for at in (1..count).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        numbers.swap(at, (state >> 33) as usize % (at + 1));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_numbers_are_all_there() {
        let mut numbers = shuffled(1000);
        assert_ne!(numbers, (0..1000).collect::<Vec<_>>());
        numbers.sort_unstable();
        assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
    }
}
