use nameplate_core::theme::Template;
use serde_json::{Value, json};

use super::sample::{Site, all, one, parse, text_of};

/// P6
#[test]
fn every_design_has_each_tag_of_the_head_once() {
    for template in Template::ALL {
        let html = Site::usual().with("template", template.name().into()).html();
        let page = parse(&html);
        let wanted = [
            ("meta[name=description]", "Zoë"),
            ("meta[property='og:title']", "Zoë"),
            ("meta[property='og:description']", "Zoë"),
            ("meta[property='og:type']", "profile"),
            ("meta[property='profile:username']", "Zoë"),
            ("meta[property='og:url']", "https://ada.example/"),
            ("meta[property='og:site_name']", "Zoë"),
            ("meta[property='og:image']", "https://ada.example/api/v1/profiles/p_ada/og.png?v=1&x=2"),
            ("meta[property='og:image:type']", "image/png"),
            ("meta[property='og:image:width']", "1200"),
            ("meta[property='og:image:height']", "630"),
            ("meta[property='og:image:alt']", "Zoë on Zoë"),
            ("meta[name='twitter:card']", "summary_large_image"),
            ("meta[name='twitter:title']", "Zoë"),
            ("meta[name='twitter:description']", "Zoë"),
            ("meta[name='twitter:image']", "https://ada.example/api/v1/profiles/p_ada/og.png?v=1&x=2"),
            ("meta[name='twitter:image:alt']", "Zoë on Zoë"),
        ];
        for (selector, content) in wanted {
            assert_eq!(one(&page, &format!("head {selector}")).attr("content"), Some(content), "{selector}");
        }
        assert_eq!(text_of(one(&page, "head title")), "Zoë");
        assert_eq!(one(&page, "link[rel=canonical]").attr("href"), Some("https://ada.example/"));
        let color = one(&page, "meta[name='theme-color']").attr("content").unwrap();
        assert_eq!(color, template.look().accent.to_string());
        // A preview reads the first kilobytes of a page only.
        assert!(html.find("twitter:image:alt").unwrap() < 4096);
    }
}

/// P6
#[test]
fn a_nickname_stands_before_the_username() {
    let mut site = Site::usual();
    site.owner.username = "ada".into();
    site.owner.bio = Some("First line,\n\n second line. ".repeat(20));
    let page = parse(&site.html());
    assert_eq!(text_of(one(&page, "title")), "Zoë (@ada)");
    let description = one(&page, "meta[name=description]").attr("content").unwrap();
    assert!(description.starts_with("First line, second line. First") && description.ends_with('…'));
    assert_eq!(description.chars().count(), 201);

    let mut hidden = Site::usual().with("blocks", serde_json::json!([{ "kind": "header", "bio": false }]));
    hidden.owner = site.owner.clone();
    let html = hidden.html();
    assert_eq!(one(&parse(&html), "meta[name=description]").attr("content"), Some("Zoë on Zoë"));
    assert!(!html.contains("second line"), "what the header hides is told nowhere");

    site.owner.bio = None;
    assert_eq!(one(&parse(&site.html()), "meta[name=description]").attr("content"), Some("Zoë on Zoë"));
}

/// P6
#[test]
fn pages_of_the_owner_elsewhere_are_named_in_the_head_and_on_the_page() {
    let page = parse(&Site::usual().html());
    let hrefs = |selector: &str| -> Vec<String> {
        all(&page, selector).iter().map(|link| link.attr("href").unwrap().to_owned()).collect()
    };
    let shown =
        ["https://github.com/ada", "https://e.org/?a=%22%3E%3Cb%3E&c=%27", "https://mastodon.social/@ada"];
    assert_eq!(hrefs("head link[rel=me]"), shown);
    assert_eq!(hrefs("body a[rel~=me]"), shown);
    for link in all(&page, ".links a, a.way") {
        let rel = link.attr("rel").unwrap();
        assert!(
            ["noopener", "noreferrer", "nofollow", "ugc"]
                .iter()
                .all(|word| rel.split(' ').any(|one| one == *word)),
            "{rel}"
        );
    }
}

/// P6
#[test]
fn search_engines_are_told_who_it_is() {
    let page = parse(&Site::usual().html());
    let data: Value =
        serde_json::from_str(&one(&page, "script[type='application/ld+json']").inner_html()).unwrap();
    assert_eq!(data["@type"], "ProfilePage");
    assert_eq!(data["dateCreated"], "2026-05-28T20:26:40Z");
    assert_eq!(data["mainEntity"]["@type"], "Person");
    assert_eq!(data["mainEntity"]["name"], "Zoë");
    assert_eq!(data["mainEntity"]["identifier"], "123456789012345678");
    assert!(data["mainEntity"]["image"].as_str().unwrap().starts_with("https://ada.example/api/v1/art?url="));
    assert_eq!(data["mainEntity"]["sameAs"].as_array().unwrap().len(), 3);
}

/// P6
#[test]
fn the_page_is_its_own_representative_card() {
    let page = parse(&Site::usual().html());
    assert_eq!(one(&page, ".h-card .u-url.u-uid").attr("href"), Some("https://ada.example/"));
    for class in ["p-name", "p-nickname", "u-photo", "p-note"] {
        one(&page, &format!(".h-card .{class}"));
    }
}

#[test]
fn people_without_a_picture_show_their_initial_and_a_plain_icon() {
    let mut site = Site::usual();
    site.owner.avatar = None;
    let page = parse(&site.html());
    assert_eq!(text_of(one(&page, ".face .initial")), "Z");
    let icon = one(&page, "link[rel=icon]").attr("href").unwrap();
    assert!(crate::assets::get(icon).is_some(), "{icon}");
}

#[test]
fn a_page_without_a_header_is_still_named() {
    for blocks in [
        json!([]),
        json!([{"kind": "divider"}]),
        json!([{"kind": "divider"}, {"kind": "header", "name": false}]),
    ] {
        let page = parse(&Site::usual().with("blocks", blocks).html());
        assert_eq!(text_of(one(&page, "h1")), "Zoë");
    }
}
