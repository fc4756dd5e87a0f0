//! Prints how long pages of different profiles take from their document to the bytes that are sent:
//! `cargo run --release -p nameplate-page --example render`. Nothing is asserted: times belong to a machine. Under
//! `valgrind --tool=callgrind` it says where the instructions go.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use nameplate_core::content::Content;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use nameplate_page::{FormCheck, FormContext, SiteContext, Styles, render_presence, render_site};
use serde_json::{Value, json};

const PAGES: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let documents: Vec<Value> = (0..PAGES).map(document).collect();
    let owner = User::new(
        UserId::parse("123456789012345678")?,
        "ada".into(),
        Timestamp::from_millis(1_770_000_000_000),
    );
    let styles = Styles::default();
    let mut bytes = 0;
    let start = Instant::now();
    for document in &documents {
        bytes += black_box(page(document, &owner, &styles)?).len();
    }
    let each = start.elapsed() / PAGES as u32;
    eprintln!("{PAGES} pages of {} bytes, {each:?} each", bytes / PAGES);
    Ok(())
}

fn page(document: &Value, owner: &User, styles: &Styles) -> Result<bytes::Bytes, Box<dyn Error>> {
    let content = Content::from_value(document)?;
    let page = render_site(&SiteContext {
        site_name: "Nameplate",
        home_url: "https://nameplate.example/",
        canonical_url: "https://ada.example/",
        card_url: "https://ada.example/api/v1/profiles/p_ada/og.png?v=1",
        profile_id: &ProfileId::parse("p_ada")?,
        owner,
        badges: owner.badges(owner.created),
        is_premium: true,
        content: &content,
        tracks: &[],
        photos: &[],
        images: &|_| None,
        form: FormContext { channels: &[], check: FormCheck::Off },
        styles,
        created: owner.created,
        updated: owner.created,
        is_preview: false,
    });
    Ok(page.html(&render_presence(None, owner.created)))
}

/// The page of `./scripts/bench`: twenty links to as many sites.
fn document(number: usize) -> Value {
    let link = |at: usize| {
        json!({
            "label": format!("Link number {at}"),
            "url": format!("https://site{at}.example/user{number}/page"),
            "note": "A word about what is there",
        })
    };
    json!({
        "schema": 1,
        "template": "minimal",
        "theme": {},
        "blocks": [
            { "kind": "header" },
            { "kind": "presence" },
            { "kind": "links", "links": (0..20).map(link).collect::<Vec<_>>() },
        ],
    })
}
