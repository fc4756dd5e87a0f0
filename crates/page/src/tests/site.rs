use base64::Engine as _;
use nameplate_core::theme::Template;
use serde_json::json;
use sha2::Digest as _;

use super::sample::{NOW, Site, all, gzip, one, parse, text_of};
use crate::{assets, render_presence};

/// P7
#[test]
fn blocks_stand_in_the_order_of_the_document() {
    let page = parse(&Site::usual().html());
    let order: Vec<_> = all(&page, "main > .who, .flow > *")
        .iter()
        .map(|block| block.attr("class").unwrap().split(' ').next_back().unwrap().to_owned())
        .collect();
    assert_eq!(
        order,
        ["who", "text", "now", "list", "icons", "image", "gallery", "music", "contact", "rule"]
    );
}

/// P7
#[test]
fn a_page_asks_nobody_else_for_anything() {
    for template in Template::ALL {
        let html = Site::usual().with("template", template.name().into()).html();
        let page = parse(&html);
        let loads = "img, audio, use, script[src], link[rel=icon], link[rel=preload], link[rel=apple-touch-icon], link[rel=stylesheet]";
        for element in all(&page, loads) {
            let url = element.attr("src").or(element.attr("href")).unwrap_or("/");
            assert!(url.starts_with('/') && !url.starts_with("//"), "{url}");
        }
        let style = one(&page, "style").inner_html();
        assert!(style.split("url(").skip(1).all(|rest| rest.starts_with("/assets/")));
        assert!(!style.contains("@import") && !style.contains("http"));
        assert!(all(&page, "iframe, object, embed, form, base, video").is_empty());
    }
}

/// P7, T12
#[test]
fn the_policy_allows_the_one_style_and_nothing_else() {
    let site = Site::usual();
    let csp = String::from_utf8(site.page().csp.to_vec()).unwrap();
    let html = site.html();
    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style.as_bytes()));
    assert!(
        csp.starts_with("default-src 'none'; ") && csp.contains(&format!("style-src 'sha256-{hash}';")),
        "{csp}"
    );
    for closed in [
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
    ] {
        assert!(csp.contains(closed), "{closed}");
    }
    assert!(!csp.contains("unsafe") && csp.is_ascii());
    let page = parse(&html);
    assert!(all(&page, "[style], [onclick], [onload], [onerror]").is_empty());
    assert!(
        all(&page, "script:not([src])")
            .iter()
            .all(|script| script.attr("type") == Some("application/ld+json"))
    );
}

/// P8
#[test]
fn without_premium_there_is_no_live_card_and_the_footer_stays() {
    for template in Template::ALL {
        let mut site = Site::usual().with("hideFooter", true.into()).with("template", template.name().into());
        site.site_name = "Nameplate".into();
        site.is_premium = false;
        let page = site.page();
        let html = site.html();
        assert!(!page.has_presence && page.html("card") == page.html(""));
        for trace in ["presence", "data-stream", ".live", "class=\"b now"] {
            assert!(!html.contains(trace), "{trace}");
        }
        assert_eq!(text_of(one(&parse(&html), "footer a")), "Powered by Nameplate");
        assert!(html.contains("Powered by Nameplate"));

        site.is_premium = true;
        assert!(site.page().has_presence);
        assert!(!site.html().contains("Powered by"));
        assert!(site.with("hideFooter", false.into()).html().contains("Powered by Nameplate"));
    }
}

/// P8
#[test]
fn the_live_card_stands_in_its_hole() {
    let site = Site::usual();
    let page = parse(&site.html());
    one(&page, ".flow > .now[data-stream='/api/v1/profiles/presence/123456789012345678/stream'] > .live");
    assert_eq!(one(&page, "main").value().attr("class"), Some("page h-card"));
    // What stands before and after does not change with it.
    let other = site.page().html(&render_presence(None, NOW));
    assert_eq!(text_of(one(&parse(std::str::from_utf8(&other).unwrap()), "[data-f=status]")), "Offline");
}

/// P7
#[test]
fn the_script_comes_only_where_it_has_something_to_do() {
    let scripts = |blocks| all(&parse(&Site::usual().with("blocks", blocks).html()), "script[src]").len();
    assert_eq!(scripts(json!([{"kind": "header"}])), 0);
    assert_eq!(scripts(json!([{"kind": "presence"}])), 1);
    assert_eq!(scripts(json!([{"kind": "music", "tracks": ["USRC17607839"]}])), 1);
}

/// P7, M
#[test]
fn music_plays_without_scripts() {
    let page = parse(&Site::usual().html());
    let audios = all(&page, ".tracks audio");
    assert_eq!(audios.len(), 2);
    for audio in audios {
        assert!(audio.attr("controls").is_some() && audio.attr("autoplay").is_none());
        assert_eq!(audio.attr("preload"), Some("none"));
        assert!(audio.attr("src").unwrap().starts_with("/api/v1/profiles/p_ada/music/USRC176078"));
    }
    assert_eq!(text_of(all(&page, ".tracks [data-f=name]")[1]), "Track 2");
}

#[test]
fn what_has_nothing_to_show_is_left_out() {
    let mut site = Site::usual().with("blocks", json!([{"kind": "header"}, {"kind": "gallery"}]));
    site.owner.bio = Some(" \n".into());
    site.owner.is_verified = false;
    site.owner.bug_hunter_tier = None;
    let page = parse(&site.html());
    assert_eq!(all(&page, ".bio, .badges").len(), 0);
    assert_eq!(all(&page, ".gallery li").len(), 1);
    let hidden = json!([{"kind": "header", "avatar": false, "handle": false, "badges": false, "bio": false, "name": false}]);
    let page = parse(&site.with("blocks", hidden).html());
    assert_eq!(all(&page, ".face, .handle, .badges, .bio").len(), 0);
    one(&page, "h1.sr");
}

/// U5
#[test]
fn badges_stand_as_their_owner_put_them() {
    let labels = |header| {
        let page = parse(&Site::usual().with("blocks", json!([header])).html());
        all(&page, ".badges li")
            .iter()
            .map(|badge| badge.attr("title").unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(labels(json!({"kind": "header"})), ["Verified", "Elite bug hunter"]);
    let first = json!({"kind": "header", "badgeOrder": ["staff", "bugHunter"]});
    assert_eq!(labels(first), ["Elite bug hunter", "Verified"]);
}

#[test]
fn a_page_takes_the_direction_of_its_texts() {
    for template in Template::ALL {
        let page = parse(&Site::saying("مصوّرة").with("template", template.name().into()).html());
        assert_eq!(
            (one(&page, "html").attr("dir"), one(&page, "html").attr("lang")),
            (Some("rtl"), Some("ar"))
        );
    }
    let page = parse(&Site::usual().html());
    assert_eq!((one(&page, "html").attr("dir"), one(&page, "html").attr("lang")), (Some("ltr"), Some("en")));
}

/// Section C2 of the conventions: a theme is light and dark unless its owner decided.
#[test]
fn every_theme_has_the_schemes_that_it_promises() {
    let style = |theme| one(&parse(&Site::usual().with("theme", theme).html()), "style").inner_html();
    for template in Template::ALL {
        let auto =
            one(&parse(&Site::usual().with("template", template.name().into()).html()), "style").inner_html();
        assert!(
            auto.contains("color-scheme:light")
                && auto.contains("prefers-color-scheme:dark")
                && auto.contains("color-scheme:dark")
        );
        for wanted in ["prefers-reduced-motion", "forced-colors", ":focus-visible"] {
            assert!(auto.contains(wanted), "{wanted}");
        }
    }
    assert!(!style(json!({"scheme": "dark"})).contains("color-scheme:light"));
    assert!(!style(json!({"background": {"color": "#ffffff"}})).contains("color-scheme:dark"));
    assert!(style(json!({"font": "nunito", "accent": "#123456"})).contains("--accent:#123456"));
}

/// Section C2 of the conventions
#[test]
fn pages_stay_light() {
    for template in Template::ALL {
        let weight = gzip(Site::usual().with("template", template.name().into()).html().as_bytes());
        assert!(weight < 12 * 1024, "{}: {weight} bytes", template.name());
    }
    let script = assets::paths().find(|path| path.starts_with("/assets/page.")).unwrap();
    assert!(assets::get(script).unwrap().gzip().unwrap().len() < 8 * 1024);
}

#[test]
fn fonts_and_icons_that_a_page_names_are_there() {
    for template in Template::ALL {
        let html = Site::usual().with("template", template.name().into()).html();
        let named = html.split("/assets/").skip(1).map(|rest| rest.split(['"', ')', '#']).next().unwrap());
        for name in named {
            assert!(assets::get(&format!("/assets/{name}")).is_some(), "{name}");
        }
    }
}

#[test]
fn error_pages_say_what_happened() {
    for (status, title) in [
        (400, "That did not make sense"),
        (404, "Nothing here"),
        (500, "Something broke"),
        (503, "Back in a moment"),
        (418, "Something broke"),
    ] {
        let page = crate::render_error(status, "", "Nameplate", "https://nameplate.example/");
        let html = parse(std::str::from_utf8(&page.html).unwrap());
        assert_eq!(text_of(one(&html, "h1")), title);
        assert!(page.csp.starts_with("default-src 'none'"));
    }
    let page = crate::render_error(404, "No such file.", "Nameplate", "/");
    assert_eq!(text_of(one(&parse(std::str::from_utf8(&page.html).unwrap()), ".why")), "No such file.");
}

/// R4
#[test]
fn the_home_page_shows_the_profiles_that_it_is_given() {
    let example = |picture: Option<&str>| crate::Example {
        name: "Ada".into(),
        url: "http://ada.localhost/".into(),
        about: "Counts".into(),
        picture: picture.map(str::to_owned),
    };
    let examples = [example(None), example(Some("/api/v1/profiles/p_ada/og.png"))];
    let home = |examples| crate::HomeContext {
        site_name: "Nameplate",
        base_domain: "localhost",
        url: "http://localhost/",
        examples,
        is_signed_in: false,
    };
    let html = |context| String::from_utf8(crate::render_home(&context).html.to_vec()).unwrap();
    assert_eq!(all(&parse(&html(home(&examples))), ".looks li a[href='http://ada.localhost/']").len(), 2);
    assert_eq!(all(&parse(&html(home(&[]))), ".looks").len(), 0);
}

/// In a preview each block says where it stands in the document; nothing in it runs.
#[test]
fn a_preview_is_the_page_with_the_places_of_its_blocks_and_no_script() {
    let mut site = Site::usual();
    site.is_preview = true;
    let (html, plain) = (site.html(), Site::usual().html());
    let page = parse(&html);
    let places: Vec<_> =
        all(&page, "[data-block]").iter().map(|block| block.attr("data-block").unwrap()).collect();
    assert_eq!(places, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert!(one(&page, "[data-block=\"2\"]").attr("class").unwrap().contains("now"));
    assert!(all(&page, "script[src]").is_empty());
    let csp = String::from_utf8(site.page().csp.to_vec()).unwrap();
    assert!(
        csp.contains("; sandbox") && csp.contains("frame-ancestors 'self'") && !csp.contains("script-src"),
        "{csp}"
    );
    assert!(!plain.contains("data-block"), "a page for everybody says nothing of the kind");
    let parts = |page| all(page, "body *").len();
    assert_eq!(parts(&page), parts(&parse(&plain)), "and is otherwise the same");

    site.is_premium = false;
    let free = site.html();
    assert!(
        !free.contains("data-block=\"2\"") && free.contains("data-block=\"9\""),
        "the places are the document's"
    );
}
