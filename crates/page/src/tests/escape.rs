use nameplate_core::theme::Template;
use scraper::Html;

use super::sample::{Site, all, parse};

const PAYLOADS: [&str; 42] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title=\"--><img src=1 onerror=alert(1)>\">",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example><input name=x>",
    "<template><p>x</template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--<script>alert(1)</script>-->",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<plaintext>",
    "<xmp><script>alert(1)</script></xmp>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{7*7}}{% raw %}",
    "${alert(1)}",
    "\\u003cscript\\u003ealert(1)",
    "\u{2028}alert(1)//\u{2029}</script>",
    "<scr\u{0}ipt>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "<x/onclick=alert(1)>",
    "*/}</style><script>alert(1)</script>",
];

/// Every element with the names of its attributes, in order.
fn shape(document: &Html) -> Vec<String> {
    let elements = all(document, "*").into_iter();
    elements
        .map(|element| {
            let mut names: Vec<_> = element.value().attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", element.value().name(), names.join(" "))
        })
        .collect()
}

/// What may stand in a document; control characters are refused there, but not in the account.
fn allowed(payload: &str) -> String {
    payload.chars().filter(|letter| !nameplate_core::text::is_unshowable(*letter)).take(80).collect()
}

/// T11
#[test]
fn no_text_of_anybody_becomes_markup() {
    for template in Template::ALL {
        let site = |text: &str| Site::saying(text).with("template", template.name().into());
        let harmless = shape(&parse(&site("harmless").html()));
        assert!(harmless.len() > 100);
        for payload in PAYLOADS {
            let mut hostile = site(&allowed(payload));
            hostile.owner.bio = Some(payload.into());
            hostile.owner.nickname = Some(payload.into());
            hostile.owner.username = payload.into();
            hostile.site_name = payload.into();
            let page = parse(&hostile.html());
            assert_eq!(shape(&page), harmless, "{payload} in {}", template.name());
        }
    }
}

/// T11
#[test]
fn error_and_home_pages_escape_as_well() {
    let error = |text: &str| {
        shape(&parse(std::str::from_utf8(&crate::render_error(404, text, text, "/").html).unwrap()))
    };
    let home = |text: &str| {
        let examples =
            [crate::Example { name: text.into(), url: "/".into(), about: text.into(), picture: None }];
        let context = crate::HomeContext {
            site_name: text,
            base_domain: text,
            url: text,
            examples: &examples,
            is_signed_in: false,
        };
        shape(&parse(std::str::from_utf8(&crate::render_home(&context).html).unwrap()))
    };
    for payload in PAYLOADS {
        assert_eq!(error(payload), error("harmless"), "{payload}");
        assert_eq!(home(payload), home("harmless"), "{payload}");
    }
}

/// T14
#[test]
fn a_link_never_leads_to_a_scheme_that_runs_code() {
    let page = parse(&Site::usual().html());
    for element in all(&page, "[href], [src]") {
        let url = element.attr("href").or(element.attr("src")).unwrap();
        assert!(url.starts_with('/') || url.starts_with("https://") || url.starts_with("mailto:"), "{url}");
    }
}
