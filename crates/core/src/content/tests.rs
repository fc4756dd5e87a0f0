use serde_json::json;

use super::*;

fn page(blocks: Value) -> Value {
    json!({"schema": 1, "template": "minimal", "theme": {}, "blocks": blocks})
}

fn fault_of(document: Value) -> ContentFault {
    Content::from_value(&document).expect_err(&document.to_string())
}

fn everything() -> Value {
    json!({
        "schema": 1,
        "template": "magazine",
        "theme": {
            "accent": "#d13f1f", "background": {"gradient": {"colors": ["#ffffff", "#000000"], "angle": 90}},
            "scheme": "dark", "font": "instrument-serif", "corner": "sharp", "density": "roomy"
        },
        "blocks": [
            {"kind": "header", "bio": false, "badgeOrder": ["plus", "founder", "verified"]},
            {"kind": "links", "title": "Elsewhere", "style": "icons", "links": [
                {"label": "Code", "url": "https://GitHub.com/ada", "note": "and notes", "icon": "star", "me": false}
            ]},
            {"kind": "text", "title": "About", "paragraphs": ["One\nline", "عربي"]},
            {"kind": "image", "url": "/AbCd1234.png", "alt": "A cat", "caption": "My cat"},
            {"kind": "gallery", "title": "Work", "limit": 12},
            {"kind": "presence"},
            {"kind": "music", "title": "Mixtape", "tracks": ["USRC17607839"]},
            {"kind": "contact", "title": "Write", "ways": [
                {"way": "email", "value": "ada@example.org"}, {"way": "discord", "value": "ada"},
                {"way": "phone", "value": "+44 (20) 7946 0000"}, {"way": "matrix", "value": "@ada:example.org"},
                {"way": "xmpp", "value": "ada@example.org"}
            ]},
            {"kind": "divider"}
        ],
        "hideFooter": true
    })
}

/// W1
#[test]
fn a_document_that_was_read_is_written_back_unchanged() {
    let document = everything();
    let content = Content::from_value(&document).unwrap();
    assert_eq!(content.to_value(), document);
    assert_eq!(serde_json::from_value::<Content>(document).unwrap(), content);
}

/// W1
#[test]
fn a_template_alone_is_a_document_and_defaults_are_left_out_when_written() {
    for template in Template::ALL {
        let short = json!({"schema": 1, "template": template.name()});
        let long = json!({"schema": 1, "template": template.name(), "theme": {}, "blocks": []});
        assert_eq!(Content::from_value(&short).unwrap().to_value(), long);
        assert_eq!(Content::from_value(&long).unwrap().to_value(), long);
    }
    // Section 10 leaves the name open in its example, which must be importable all the same.
    let example = json!({"schema": 1, "template": "...", "theme": {}, "blocks": []});
    assert_eq!(Content::from_value(&example).unwrap().template, Template::Minimal);

    let spelt_out =
        page(json!([{"kind": "header", "avatar": true, "badges": true}, {"kind": "gallery", "limit": 6}]));
    let short = page(json!([{"kind": "header"}, {"kind": "gallery"}]));
    assert_eq!(Content::from_value(&spelt_out).unwrap().to_value(), short);
}

/// W1
#[test]
fn every_fault_comes_with_its_path() {
    let link = |link: Value| {
        page(json!([{"kind": "divider"}, {"kind": "presence"}, {"kind": "links", "links": [link]}]))
    };
    let cases = [
        (json!([]), "."),
        (json!({"schema": 1}), "."),
        (json!({"schema": 2, "template": "minimal"}), "schema"),
        (json!({"schema": "1", "template": "minimal"}), "schema"),
        (json!({"schema": 1, "template": "brochure"}), "template"),
        (json!({"schema": 1, "template": "minimal", "colour": 1}), "colour"),
        (json!({"schema": 1, "template": "minimal", "theme": {"accent": "red"}}), "theme.accent"),
        (json!({"schema": 1, "template": "minimal", "theme": {"css": ""}}), "theme.css"),
        (
            json!({"schema": 1, "template": "minimal", "theme": {"background": {"picture": "x"}}}),
            "theme.background.picture",
        ),
        (
            json!({"schema": 1, "template": "minimal", "theme": {"background": {"gradient": {"colors": ["#fff", "#ggg"]}}}}),
            "theme.background.gradient.colors[1]",
        ),
        (
            json!({"schema": 1, "template": "minimal", "theme": {"background": {"gradient": {"colors": ["#fff", "#000"], "angle": 30}}}}),
            "theme.background.gradient.angle",
        ),
        (page(json!({})), "blocks"),
        (page(json!([{"kind": "divider"}, 1])), "blocks[1]"),
        (page(json!([{}])), "blocks[0]"),
        (page(json!([{"kind": "video"}])), "blocks[0].kind"),
        (page(json!([{"kind": 1}])), "blocks[0].kind"),
        (page(json!([{"kind": "divider", "x": 1}])), "blocks[0].x"),
        (page(json!([{"kind": "header", "avatar": "no"}])), "blocks[0].avatar"),
        (page(json!([{"kind": "header", "badgeOrder": "plus"}])), "blocks[0].badgeOrder"),
        (page(json!([{"kind": "header", "badgeOrder": ["plus", ""]}])), "blocks[0].badgeOrder[1]"),
        (page(json!([{"kind": "header", "badgeOrder": vec!["plus"; 17]}])), "blocks[0].badgeOrder"),
        (page(json!([{"kind": "presence"}, {"kind": "presence"}])), "blocks[1]"),
        (page(json!([{"kind": "links", "links": []}])), "blocks[0].links"),
        (page(json!([{"kind": "text", "paragraphs": ["a", " "]}])), "blocks[0].paragraphs[1]"),
        (page(json!([{"kind": "text", "title": "a\nb", "paragraphs": ["a"]}])), "blocks[0].title"),
        (page(json!([{"kind": "image", "url": "https://e.org/a.png"}])), "blocks[0]"),
        (page(json!([{"kind": "image", "url": "//e.org/a.png", "alt": "a"}])), "blocks[0].url"),
        (page(json!([{"kind": "gallery", "limit": 25}])), "blocks[0].limit"),
        (page(json!([{"kind": "music", "tracks": ["USRC17607839", "USRC1760783"]}])), "blocks[0].tracks[1]"),
        (page(json!([{"kind": "contact", "ways": [{"way": "email", "value": "ada"}]}])), "blocks[0].ways[0]"),
        (
            page(json!([{"kind": "contact", "ways": [{"way": "email", "value": "a@b.c?bcc=d@e.f"}]}])),
            "blocks[0].ways[0]",
        ),
        (page(json!([{"kind": "contact", "ways": []}])), "blocks[0].ways"),
        (page(json!([{"kind": "contact"}])), "blocks[0].ways"),
        (page(json!([{"kind": "contact", "form": {}}])), "blocks[0].form"),
        (page(json!([{"kind": "contact", "form": {"fax": true}}])), "blocks[0].form.fax"),
        (page(json!([{"kind": "contact", "ways": [{"way": "fax", "value": "1"}]}])), "blocks[0].ways[0].way"),
        (link(json!({"label": "x", "url": "javascript:alert(1)"})), "blocks[2].links[0].url"),
        (link(json!({"label": "", "url": "https://e.org"})), "blocks[2].links[0].label"),
        (link(json!({"label": "x", "url": "https://e.org", "icon": "../x"})), "blocks[2].links[0].icon"),
        (link(json!({"label": "x", "url": "https://e.org", "target": "_top"})), "blocks[2].links[0].target"),
        (link(json!({"label": "x".repeat(81), "url": "https://e.org"})), "blocks[2].links[0].label"),
    ];
    for (document, path) in cases {
        let fault = fault_of(document.clone());
        assert_eq!(fault.path, path, "{document} {fault}");
        assert!(!fault.message.is_empty());
    }
    assert_eq!(fault_of(page(Value::Array(vec![json!({"kind": "divider"}); 65]))).path, "blocks");
}

/// T14
#[test]
fn only_harmless_schemes_make_a_link() {
    for bad in [
        "java\tscript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//host/x",
        "/x",
        "file:///etc/passwd",
        "https://user:secret@e.org/",
        "https://user@e.org/",
        "https://",
        "ftp://e.org/",
        "blob:https://e.org/1",
        "javascript&colon;alert(1)",
        "ht\u{202e}tps://e.org",
        "https://e.org/\u{0}",
        "",
    ] {
        assert!(LinkUrl::parse(bad).is_err(), "{bad:?}");
    }
    for good in [
        "https://e.org",
        "HTTP://E.org/ä?q=\"<",
        "mailto:a@b.c",
        "tel:+1",
        "sms:+1",
        "matrix:u/a:b.c",
        "xmpp:a@b.c",
        "geo:1,2",
    ] {
        let url = LinkUrl::parse(good).unwrap();
        assert!(url.href().is_ascii() && !url.href().contains(['"', '<']), "{}", url.href());
    }
}

#[test]
fn a_link_shows_the_icon_of_its_site() {
    let link = |url: &str| Link {
        label: Line::parse("x").unwrap(),
        url: LinkUrl::parse(url).unwrap(),
        note: None,
        icon: None,
        me: None,
    };
    let cases = [
        ("https://github.com/ada", "github", true),
        ("https://ada.itch.io/", "itchio", true),
        ("https://music.youtube.com/x", "youtubemusic", false),
        ("https://notgithub.com/", "globe", false),
        ("https://github.com.evil.org/", "globe", false),
        ("mailto:a@b.c", "mail", false),
        ("matrix:u/a:b.c", "matrix", false),
    ];
    for (url, icon, is_me) in cases {
        assert_eq!((link(url).icon().as_str(), link(url).is_me()), (icon, is_me), "{url}");
    }
}

#[test]
fn names_of_icons_are_told_once() {
    let mut names: Vec<_> = Icon::all().collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    assert!(names.iter().all(|name| Icon::parse(name).is_ok()));
}

/// Section 10
#[test]
fn somebody_without_a_page_gets_one_from_their_account() {
    let socials = json!({"github": "https://github.com/ada", "discord": "123456789012345678", "X": "javascript:1", "tiktok": null});
    let content = Content::default_for(socials.as_object());
    let document = content.to_value();
    assert_eq!(
        document["blocks"][2]["links"],
        json!([{"label": "GitHub", "url": "https://github.com/ada", "me": true}])
    );
    assert_eq!(Content::from_value(&document).unwrap(), content);
    assert_eq!(Content::default_for(None).blocks.len(), 2);
}
