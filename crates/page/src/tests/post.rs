use nameplate_core::time::Timestamp;
use nameplate_core::user::CustomEmbed;

use super::sample::{one, parse, text_of};
use crate::{Author, Media, PostContext, render_post};

fn media(url: &str, mime: &'static str) -> Media {
    let dimensions = mime.starts_with("image/").then_some((1920, 1080));
    Media { url: url.into(), mime, size: 2_487_312, dimensions }
}

fn context<'a>(media: &'a [Media], embed: Option<&'a CustomEmbed>) -> PostContext<'a> {
    PostContext {
        site_name: "Nameplate",
        home_url: "https://example.org/",
        url: "https://example.org/p/AbCd1234",
        files_url: "https://i.example.org/",
        title: Some("Nice <shot>"),
        description: Some("Two\nlines"),
        author: Author {
            name: "Zoë",
            username: "zoe",
            avatar: None,
            is_verified: true,
            page_url: Some("https://zoe.example.org/"),
        },
        created: Timestamp::parse("2026-05-03T12:00:00Z").unwrap(),
        views: 128,
        media,
        embed,
        is_listed: true,
    }
}

fn meta(html: &str, name: &str) -> String {
    one(&parse(html), &format!("head meta[property='{name}'], head meta[name='{name}']"))
        .attr("content")
        .unwrap()
        .to_owned()
}

fn html(context: &PostContext<'_>) -> String {
    String::from_utf8(render_post(context).html.to_vec()).unwrap()
}

/// A6
#[test]
fn a_picture_has_a_preview_and_a_page() {
    let media = [media("https://i.example.org/1/a.png", "image/png")];
    let html = html(&context(&media, None));
    for (name, value) in [
        ("og:title", "Nice <shot>"),
        ("og:description", "Two lines"),
        ("og:site_name", "Nameplate"),
        ("og:url", "https://example.org/p/AbCd1234"),
        ("og:image", "https://i.example.org/1/a.png"),
        ("og:image:width", "1920"),
        ("twitter:card", "summary_large_image"),
        ("twitter:image", "https://i.example.org/1/a.png"),
    ] {
        assert_eq!(meta(&html, name), value, "{name}");
    }
    assert_eq!(text_of(one(&parse(&html), "h1")), "Nice <shot>");
    assert!(html.contains("3 May 2026") && html.contains("2.37 MB"));
    let csp = render_post(&context(&media, None)).csp;
    assert!(csp.contains("img-src 'self' https://i.example.org;") && !csp.contains("unsafe"), "{csp}");
}

/// A6
#[test]
fn a_video_is_played_and_an_album_shows_all() {
    let both = [
        media("https://i.example.org/1/a.mp4", "video/mp4"),
        media("https://i.example.org/1/b.png", "image/png"),
    ];
    let html = html(&context(&both, None));
    assert_eq!(meta(&html, "og:video"), "https://i.example.org/1/a.mp4");
    assert_eq!(meta(&html, "og:video:type"), "video/mp4");
    let page = parse(&html);
    assert_eq!(one(&page, "main video").attr("src"), Some("https://i.example.org/1/a.mp4"));
    assert_eq!(one(&page, "main figure img").attr("src"), Some("https://i.example.org/1/b.png"));
}

/// A1, A6
#[test]
fn the_authors_templates_are_filled_once() {
    let embed = CustomEmbed {
        title: Some("%{post_title}% by %{nickname}% (%{username}%)".into()),
        description: Some("%{post_description}% %{unknown}% 100%".into()),
        theme_color: Some("#ff8800".into()),
        small_text: Some("%{nickname}%'s shots".into()),
    };
    let media = [media("https://i.example.org/1/a.png", "image/png")];
    let mut context = context(&media, Some(&embed));
    context.title = Some("%{username}%");
    let html = html(&context);
    assert_eq!(meta(&html, "og:title"), "%{username}% by Zoë (zoe)");
    assert_eq!(meta(&html, "og:description"), "Two lines %{unknown}% 100%");
    assert_eq!(
        (meta(&html, "theme-color"), meta(&html, "og:site_name")),
        ("#ff8800".into(), "Zoë's shots".into())
    );
}
