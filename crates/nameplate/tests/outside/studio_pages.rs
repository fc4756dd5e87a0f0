//! Pages in the studio: made, edited, published, brought back (contract R3, R5, R7, P9; conventions C3).

use nameplate_testkit::form::{Form, mp4, png};
use nameplate_testkit::http::Reply;
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::studio::{StudioClient, path_of};
use serde_json::{Value, json};

use crate::world::{ADA, BOB, CARL, empty, fill, world};

const ME: &str = "/api/v1/profiles/me";

fn content(text: &str) -> Value {
    json!({"schema": 1, "template": "minimal", "theme": {"accent": "#7c3aed", "font": "nunito"},
           "blocks": [{"kind": "header"}, {"kind": "text", "paragraphs": [text]}]})
}

fn path(id: &str) -> String {
    format!("/api/v1/profiles/{id}")
}

#[track_caller]
fn data(reply: &Reply) -> Value {
    let body = reply.json();
    assert_eq!(body["ok"], true, "{} {body}", reply.status);
    body["data"].clone()
}

#[track_caller]
fn assert_fault(reply: &Reply, status: u16, code: &str) -> Value {
    let body = reply.json();
    assert_eq!((reply.status, body["code"].as_str()), (status, Some(code)), "{body}");
    assert!(body["error"].as_str().unwrap().ends_with('.'), "a sentence: {body}");
    body
}

/// A change that is meant for a revision.
fn with_revision(owner: &StudioClient, method: &str, target: &str, revision: &Value, body: &Value) -> Reply {
    let request = owner.change(method, target).header("if-match", format!("\"{revision}\""));
    owner.send(&request.header("content-type", "application/json").body(body.to_string()))
}

fn create(owner: &StudioClient, slug: &str) -> Value {
    let made = owner.post(ME, &json!({"templateID": "minimal", "slug": slug}));
    assert_eq!(made.status, 201, "{}", made.text());
    data(&made)
}

/// Saves a draft, and answers the page.
fn save(owner: &StudioClient, page: &Value, content: &Value) -> Value {
    let target = path(page["id"].as_str().unwrap());
    data(&with_revision(owner, "PATCH", &target, &page["revision"], &json!({ "content": content })))
}

fn publish(owner: &StudioClient, page: &Value) -> Value {
    let target = path(page["id"].as_str().unwrap()) + "/publish";
    data(&with_revision(owner, "POST", &target, &page["revision"], &json!({})))
}

fn exported(instance: &Instance) -> Value {
    serde_json::from_str(&instance.must(&["export"], b"")).unwrap()
}

fn shown(node: &Node<'_>, host: &str) -> (u16, String) {
    let page = node.visitor().get(host, "/");
    (page.status, page.text().to_owned())
}

/// R7, P9
#[test]
fn a_page_is_made_edited_published_hidden_and_shown_again() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let nothing = node.visitor().get("fresh.localhost", "/").without_date();
    let made = create(&bob, "fresh");
    assert_eq!(
        (&made["domain"], &made["slug"], &made["status"]),
        (&json!("fresh.localhost"), &json!("fresh"), &json!("draft"))
    );
    assert_eq!(
        (&made["hasUnpublished"], &made["published"], &made["template"]),
        (&json!(true), &Value::Null, &json!("minimal"))
    );
    assert_eq!(made["draft"]["blocks"][0]["kind"], "header");
    let id = made["id"].as_str().unwrap().to_owned();
    let is_hidden = || {
        assert_eq!(
            node.visitor().get("fresh.localhost", "/").without_date(),
            nothing,
            "as if it did not exist"
        );
        assert_eq!(node.visitor().get("localhost", &format!("/api/v1/profiles/{id}/og.png")).status, 404);
    };
    is_hidden();

    let saved = save(&bob, &made, &content("First words."));
    assert!(
        saved.get("draft").is_none() && saved["revision"].as_u64() > made["revision"].as_u64(),
        "{saved}"
    );
    is_hidden();
    let listed = data(&bob.get(ME));
    assert_eq!(listed["profiles"].as_array().unwrap().last().unwrap()["id"], id);
    assert_eq!((&listed["limit"], &listed["deleted"]), (&json!(3), &json!([])));

    let live = publish(&bob, &saved);
    assert_eq!((&live["status"], &live["hasUnpublished"]), (&json!("live"), &json!(false)));
    assert!(shown(&node, "fresh.localhost").1.contains("First words."), "at the next request");
    assert_eq!(node.visitor().get("localhost", &format!("/api/v1/profiles/{id}/og.png")).status, 200);

    let again = save(&bob, &live, &content("Second words."));
    assert_eq!((&again["status"], &again["hasUnpublished"]), (&json!("live"), &json!(true)));
    let page = shown(&node, "fresh.localhost").1;
    assert!(page.contains("First words.") && !page.contains("Second words."), "a draft is never shown");
    let whole = bob.get(&path(&id));
    assert_eq!(whole.header("etag").unwrap(), format!("\"{}\"", again["revision"]));
    assert_eq!(
        (&data(&whole)["draft"], &data(&whole)["published"]),
        (&content("Second words."), &content("First words."))
    );

    let thrown = data(&bob.post(&format!("{}/discard", path(&id)), &json!({})));
    assert_eq!((&thrown["draft"], &thrown["hasUnpublished"]), (&content("First words."), &json!(false)));
    let hidden = data(&bob.post(&format!("{}/unpublish", path(&id)), &json!({})));
    assert_eq!((&hidden["status"], &hidden["isPublic"]), (&json!("draft"), &json!(false)));
    is_hidden();
    publish(&bob, &hidden);
    assert_eq!(shown(&node, "fresh.localhost").0, 200);
}

#[test]
fn two_tabs_in_conflict_get_a_choice_and_no_silent_overwrite() {
    let instance = world();
    let node = instance.start();
    let (one, two) = (node.sign_in(BOB), node.sign_in(BOB));
    let page = create(&one, "tabs");
    let target = path(page["id"].as_str().unwrap());
    assert_fault(&one.patch(&target, &json!({"content": content("x")})), 428, "revision_missing");
    assert_fault(&one.post(&format!("{target}/publish"), &json!({})), 428, "revision_missing");
    let first = save(&one, &page, &content("The first tab's."));
    let edit = json!({"content": content("The second tab's.")});
    let stale = with_revision(&two, "PATCH", &target, &page["revision"], &edit);
    let choice = assert_fault(&stale, 412, "revision_stale")["data"].clone();
    assert_eq!((&choice["revision"], &choice["draft"]), (&first["revision"], &content("The first tab's.")));
    assert_eq!(choice["updated"], first["updated"]);
    assert_eq!(stale.header("etag").unwrap(), format!("\"{}\"", first["revision"]));
    let publish = with_revision(&two, "POST", &format!("{target}/publish"), &page["revision"], &json!({}));
    assert_fault(&publish, 412, "revision_stale");
    assert_eq!(data(&two.get(&target))["draft"], content("The first tab's."));
    assert_eq!(
        data(&with_revision(&two, "PATCH", &target, &choice["revision"], &edit))["hasUnpublished"],
        true
    );
    for stranger in ["W/\"3\"", "x", ""] {
        let request = one.change("PATCH", &target).header("if-match", stranger);
        let reply = one.send(&request.header("content-type", "application/json").body(edit.to_string()));
        assert_fault(&reply, 412, "revision_stale");
    }
}

/// T37
#[test]
fn a_page_of_somebody_else_is_not_there() {
    let instance = world();
    let node = instance.start();
    let carl = node.sign_in(CARL);
    let missing = carl.get(&path("p_nobody"));
    assert_fault(&missing, 404, "not_found");
    for (method, end, body) in [
        ("GET", "", json!({})),
        ("PATCH", "", json!({"content": content("x")})),
        ("DELETE", "", json!({})),
        ("POST", "/publish", json!({})),
        ("POST", "/unpublish", json!({})),
        ("POST", "/discard", json!({})),
        ("POST", "/restore", json!({})),
        ("POST", "/template", json!({"templateID": "neon"})),
        ("POST", "/preview", json!({"content": content("x")})),
        ("POST", "/card", json!({"content": content("x")})),
        ("POST", "/notes", json!({"content": content("x")})),
        ("GET", "/versions", json!({})),
        ("GET", "/versions/1", json!({})),
        ("POST", "/versions/1/restore", json!({})),
        ("GET", "/domain", json!({})),
        ("PUT", "/domain", json!({"domain": "carl.example"})),
        ("POST", "/domain/check", json!({})),
        ("DELETE", "/domain", json!({})),
    ] {
        let ask = |id: &str| match method {
            "GET" => carl.get(&(path(id) + end)).without_date(),
            _ => with_revision(&carl, method, &(path(id) + end), &json!(1), &body).without_date(),
        };
        assert_eq!(ask("p_bob"), ask("p_nobody"), "{method} {end}");
        assert_eq!(ask("p_bob").status, 404, "{method} {end}");
    }
    assert_eq!(data(&carl.get(ME))["profiles"], json!([]));
    assert_eq!(shown(&node, "bob.localhost").0, 200, "nothing happened to it");
    assert_eq!(node.visitor().get("localhost", ME).status, 401);
    assert_eq!(node.visitor().get("localhost", &path("p_bob")).status, 401);
}

#[test]
fn faults_say_what_and_where() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let make = |body: Value| bob.post(ME, &body);
    assert_fault(&make(json!({"templateID": "vapor"})), 400, "unknown_template");
    for (slug, status, code) in [
        ("ada", 409, "slug_taken"),
        ("ADA", 409, "slug_taken"),
        ("relay", 400, "slug_reserved"),
        ("a.b", 400, "slug_invalid"),
        ("-a", 400, "slug_invalid"),
        ("a_b", 400, "slug_invalid"),
        ("a b", 400, "slug_invalid"),
        ("", 400, "slug_invalid"),
    ] {
        let fault = assert_fault(&make(json!({"templateID": "minimal", "slug": slug})), status, code);
        assert_eq!(fault["path"], "slug", "{slug}");
        let slug = slug.replace(' ', "%20");
        let asked = data(&bob.get(&format!("/api/v1/profiles/eligible-domains?slug={slug}")))["slug"].clone();
        assert_eq!((&asked["isFree"], &asked["code"]), (&json!(false), &json!(code)), "{slug}");
    }
    let page = create(&bob, "faults");
    let edit = |body: Value| {
        with_revision(&bob, "PATCH", &path(page["id"].as_str().unwrap()), &page["revision"], &body)
    };
    let bad = json!({"content": {"schema": 1, "template": "minimal", "blocks": [{"kind": "header"}, {"kind": "links", "links": [
        {"label": "x", "url": "javascript:alert(1)"}]}]}});
    assert_eq!(assert_fault(&edit(bad), 400, "bad_content")["path"], "content.blocks[1].links[0].url");
    assert_eq!(assert_fault(&edit(json!({"content": 7})), 400, "bad_content")["path"], "content");
    assert_eq!(assert_fault(&edit(json!({"slug": "bob"})), 409, "slug_taken")["path"], "slug");
    for (body, field) in [
        (json!({"publishAt": "soon"}), "publishAt"),
        (json!({"publishAt": "2020-01-01T00:00:00Z"}), "publishAt"),
        (json!({"expiresAt": "2020-01-01T00:00:00Z"}), "expiresAt"),
        (json!({"publishAt": "2099-01-02T00:00:00Z", "expiresAt": "2099-01-01T00:00:00Z"}), "expiresAt"),
    ] {
        assert_eq!(assert_fault(&edit(body), 400, "bad_moment")["path"], field);
    }
    assert_fault(&edit(json!({})), 400, "nothing_to_change");
    assert_fault(&edit(json!({"isPublic": true})), 400, "bad_value");
    let discard = bob.post(&format!("{}/discard", path(page["id"].as_str().unwrap())), &json!({}));
    assert_fault(&discard, 409, "never_published");
    assert_eq!(
        data(&bob.get(&path(page["id"].as_str().unwrap())))["revision"],
        page["revision"],
        "nothing was changed"
    );
}

#[test]
fn a_plan_has_room_for_so_many_pages_and_an_operator_for_more() {
    let instance = world();
    let node = instance.start();
    let (bob, ada) = (node.sign_in(BOB), node.sign_in(ADA));
    // One is there, and so is one at an exempt root.
    create(&bob, "bobs-third");
    let fourth = bob.post(ME, &json!({"templateID": "neon"}));
    assert!(assert_fault(&fourth, 409, "limit_reached")["error"].as_str().unwrap().contains('3'));
    assert_eq!(data(&ada.get(ME))["limit"], 10);
    assert_eq!(data(&ada.get("/api/v1/session"))["plan"]["limits"]["profiles"], 10);
    instance.admin(&["user", "operator", BOB]);
    assert_eq!(node.sign_in(BOB).post(ME, &json!({"templateID": "neon"})).status, 201);
}

#[test]
fn a_slug_that_is_left_out_is_like_the_users_name() {
    let instance = world();
    let node = instance.start();
    let carl = node.sign_in(CARL);
    let free = data(&carl.get("/api/v1/profiles/eligible-domains"));
    assert_eq!(
        (&free["base"], &free["domains"][0]["domain"]),
        (&json!("localhost"), &json!("carl.localhost"))
    );
    assert_eq!((&free["domains"][0]["isFree"], free.get("slug")), (&json!(true), None));
    let first = data(&carl.post(ME, &json!({"templateID": "glass"})));
    assert_eq!(first["domain"], "carl.localhost");
    let second = data(&carl.post(ME, &json!({"templateID": "glass"})));
    let slug = second["slug"].as_str().unwrap();
    assert!(slug.starts_with("carl-") && slug.len() == 9, "{slug}");
    let templates = data(&carl.get("/api/v1/profiles/templates"))["templates"].clone();
    assert_eq!(templates.as_array().unwrap().len(), 6);
    let picture = node.visitor().get("localhost", templates[0]["preview"].as_str().unwrap());
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/webp")));
    let moved = with_revision(
        &carl,
        "PATCH",
        &path(first["id"].as_str().unwrap()),
        &first["revision"],
        &json!({"slug": "carla"}),
    );
    assert_eq!(data(&moved)["domain"], "carla.localhost");
}

/// P9, R7
#[test]
fn a_scheduled_page_goes_live_by_itself_with_what_the_draft_was_then() {
    let instance = fill(empty().at("2026-05-15 00:00:00"));
    let node = instance.start();
    let carl = node.sign_in(CARL);
    let nothing = node.visitor().get("later.localhost", "/").without_date();
    let page = save(&carl, &create(&carl, "later"), &content("As it was planned."));
    let target = path(page["id"].as_str().unwrap());
    let times = json!({"publishAt": "2026-05-16T00:00:00Z", "expiresAt": "2026-05-17T00:00:00Z"});
    let planned = data(&with_revision(&carl, "PATCH", &target, &page["revision"], &times));
    assert_eq!(
        (&planned["status"], &planned["publishAt"]),
        (&json!("scheduled"), &json!("2026-05-16T00:00:00.000Z"))
    );
    assert_eq!(planned["publishedAt"], Value::Null);
    save(&carl, &planned, &content("An afterthought."));
    assert_eq!(node.visitor().get("later.localhost", "/").without_date(), nothing);
    instance.set_clock("2026-05-15 23:59:58");
    assert_eq!(node.visitor().get("later.localhost", "/").without_date(), nothing);
    instance.set_clock("2026-05-16 00:00:01");
    let page = shown(&node, "later.localhost").1;
    assert!(page.contains("As it was planned.") && !page.contains("An afterthought."));
    let live = data(&carl.get(&target));
    assert_eq!(
        (&live["status"], &live["publishAt"], &live["hasUnpublished"]),
        (&json!("live"), &Value::Null, &json!(true))
    );
    assert_eq!(live["publishedAt"], "2026-05-16T00:00:00.000Z");
    let again = json!({"publishAt": "2026-05-16T12:00:00Z"});
    assert_fault(&with_revision(&carl, "PATCH", &target, &live["revision"], &again), 409, "already_live");
    instance.set_clock("2026-05-17 00:00:01");
    assert_eq!(node.visitor().get("later.localhost", "/").without_date(), nothing);
    assert_eq!(data(&carl.get(&target))["status"], "expired");
    publish(&carl, &data(&carl.get(&target)));
    assert!(
        shown(&node, "later.localhost").1.contains("An afterthought."),
        "publishing ends what has ended it"
    );

    let other = create(&carl, "never");
    let target = path(other["id"].as_str().unwrap());
    let planned = with_revision(
        &carl,
        "PATCH",
        &target,
        &other["revision"],
        &json!({"publishAt": "2026-06-01T00:00:00Z"}),
    );
    let taken =
        with_revision(&carl, "PATCH", &target, &data(&planned)["revision"], &json!({"publishAt": null}));
    assert_eq!(data(&taken)["status"], "draft");
    instance.set_clock("2026-06-02 00:00:00");
    assert_eq!(shown(&node, "never.localhost").0, 404);
}

/// R7
#[test]
fn a_deleted_page_is_gone_and_comes_back_within_thirty_days() {
    let instance = fill(empty().at("2026-05-15 00:00:00"));
    let node = instance.start();
    let (bob, carl) = (node.sign_in(BOB), node.sign_in(CARL));
    let nothing = node.visitor().get("undone.localhost", "/").without_date();
    let page = publish(&bob, &save(&bob, &create(&bob, "undone"), &content("Here I am.")));
    let target = path(page["id"].as_str().unwrap());
    assert_eq!(shown(&node, "undone.localhost").0, 200);
    let deleted = data(&bob.delete(&target));
    assert_eq!(
        (&deleted["deletedAt"], &deleted["restoreUntil"]),
        (&json!("2026-05-15T00:00:00.000Z"), &json!("2026-06-14T00:00:00.000Z"))
    );
    assert_eq!(node.visitor().get("undone.localhost", "/").without_date(), nothing);
    assert_fault(&bob.get(&target), 404, "not_found");
    assert_fault(&bob.delete(&target), 404, "not_found");
    let listed = data(&bob.get(ME));
    assert_eq!((&listed["deleted"][0], listed["profiles"].as_array().unwrap().len()), (&deleted, 2));
    let taken = carl.post(ME, &json!({"templateID": "neon", "slug": "undone"}));
    assert_fault(&taken, 409, "slug_taken");

    instance.set_clock("2026-06-13 23:00:00");
    let back = data(&bob.post(&format!("{target}/restore"), &json!({})));
    assert_eq!((&back["status"], &back["published"]), (&json!("live"), &content("Here I am.")));
    assert!(shown(&node, "undone.localhost").1.contains("Here I am."));
    bob.delete(&target);
    instance.set_clock("2026-07-14 00:00:00");
    let bob = node.sign_in(BOB);
    assert_fault(&bob.post(&format!("{target}/restore"), &json!({})), 404, "not_found");
    assert_eq!(data(&bob.get(ME))["deleted"], json!([]));
    drop(node);
    let node = instance.start();
    let carl = node.sign_in(CARL);
    let free = nameplate_testkit::process::within(nameplate_testkit::http::PATIENCE, || {
        (carl.post(ME, &json!({"templateID": "neon", "slug": "undone"})).status == 201).then_some(())
    });
    assert!(free.is_some(), "its address is free once it is removed for good");
}

#[test]
fn another_design_keeps_the_content_and_versions_come_back() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let page = publish(&bob, &save(&bob, &create(&bob, "looks"), &content("One.")));
    let target = path(page["id"].as_str().unwrap());
    let dressed = data(&bob.post(&format!("{target}/template"), &json!({"templateID": "neon"})));
    let mut expected = content("One.");
    expected["template"] = "neon".into();
    expected["theme"] = json!({"accent": "#7c3aed"});
    assert_eq!(
        (&dressed["draft"], &dressed["published"]),
        (&expected, &content("One.")),
        "blocks and colours stay"
    );
    let anew = data(
        &bob.post(&format!("{target}/template"), &json!({"templateID": "tiles", "preserveContent": false})),
    );
    assert!(anew["draft"]["template"] == "tiles" && !anew["draft"].to_string().contains("One."));

    let two = publish(&bob, &save(&bob, &anew, &content("Two.")));
    publish(&bob, &save(&bob, &two, &content("Three.")));
    let versions = data(&bob.get(&format!("{target}/versions")))["versions"].clone();
    let numbers: Vec<_> =
        versions.as_array().unwrap().iter().map(|version| version["number"].clone()).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!((&versions[0]["template"], &versions[0]["blocks"]), (&json!("minimal"), &json!(2)));
    assert_eq!(data(&bob.get(&format!("{target}/versions/1")))["content"], content("One."));
    for wrong in ["0", "4", "x", "-1"] {
        assert_fault(&bob.get(&format!("{target}/versions/{wrong}")), 404, "not_found");
    }
    let back = data(&bob.post(&format!("{target}/versions/1/restore"), &json!({})));
    assert_eq!((&back["draft"], &back["published"]), (&content("One."), &content("Three.")));
    assert!(shown(&node, "looks.localhost").1.contains("Three."), "it is the draft alone");
}

/// P3, P7
#[test]
fn a_preview_is_the_page_and_nobodys_view() {
    let instance = world();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let draft = json!({"schema": 1, "template": "glass", "theme": {"background": {"color": "#102030"}}, "blocks": [
        {"kind": "header"}, {"kind": "presence"}, {"kind": "text", "paragraphs": ["<b>Draft</b>"]}, {"kind": "music", "tracks": ["USRC17607839"]}]});
    let target = path("p_ada") + "/preview";
    let preview = ada.post(&target, &json!({"content": draft, "scheme": "dark"}));
    assert_eq!((preview.status, preview.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let csp = preview.header("content-security-policy").unwrap();
    assert!(csp.starts_with("default-src 'none'; style-src 'sha256-") && csp.contains("; sandbox"), "{csp}");
    assert!(!csp.contains("script-src") && !csp.contains("connect-src") && !csp.contains("unsafe"), "{csp}");
    assert_eq!(preview.header("x-frame-options"), Some("SAMEORIGIN"));
    let html = preview.text();
    for place in 0..4 {
        assert!(html.contains(&format!("data-block=\"{place}\"")), "{place}");
    }
    assert!(html.contains("&lt;b&gt;Draft") || html.contains("&#60;b&#62;Draft"), "escaped");
    assert!(
        html.contains("What you are doing") && !html.contains("<script src"),
        "presence is a stand-in, nothing runs"
    );
    assert!(!shown(&node, "ada.localhost").1.contains("data-block"));

    let card = ada.post(&(path("p_ada") + "/card"), &json!({ "content": draft }));
    assert_eq!((card.status, card.header("content-type")), (200, Some("image/png")));
    let public = node.visitor().get("localhost", "/api/v1/profiles/p_ada/og.png");
    assert!(card.body.starts_with(b"\x89PNG") && card.body != public.body, "the draft's own");
    let bad = json!({"content": {"schema": 1, "template": "glass", "blocks": [{"kind": "what"}]}});
    for end in ["/preview", "/card", "/notes"] {
        assert_eq!(
            assert_fault(&ada.post(&(path("p_ada") + end), &bad), 400, "bad_content")["path"],
            "content.blocks[0].kind"
        );
    }
    let free = node.sign_in(BOB).post(&(path("p_bob") + "/preview"), &json!({ "content": draft }));
    assert!(
        !free.text().contains("data-block=\"1\""),
        "what a page of a free account does not show, its preview does not"
    );

    let hidden = node.sign_in(ADA);
    for _ in 0..3 {
        hidden.post(&(path("p_hidden") + "/preview"), &json!({ "content": draft }));
    }
    drop(node);
    assert!(instance.admin(&["profile", "show", "p_hidden"]).contains("views      0"));
}

/// W1, A2
#[test]
fn a_picture_for_the_page_is_an_unlisted_upload_of_its_owner() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let target = path("p_bob") + "/pictures";
    let send = |who: &StudioClient, bytes: &[u8]| who.form("POST", &target, Form::new().file("a.png", bytes));
    let url = data(&send(&bob, &png(12, 8, [200, 30, 30])))["url"].as_str().unwrap().to_owned();
    let seen = node.visitor().get("i.localhost", &path_of(&url));
    assert_eq!((seen.status, seen.header("content-type")), (200, Some("image/png")));
    let listed = data(&bob.get("/api/v1/account/uploads"))["uploads"].as_array().unwrap().clone();
    let upload = listed.iter().find(|upload| upload["url"] == url).expect("it is among the uploads");
    assert_eq!(upload["privacy"], "unlisted");

    let mut draft = content("Look.");
    draft["blocks"][1] = json!({"kind": "image", "url": url, "alt": "Red"});
    let preview = bob.post(&(path("p_bob") + "/preview"), &json!({ "content": draft }));
    assert!(preview.status == 200 && preview.text().contains("alt=\"Red\""), "{}", preview.text());

    let video = Form::new().file("a.mp4", &mp4(4_000));
    assert_fault(&bob.form("POST", &target, video), 400, "not_a_picture");
    let left = data(&bob.get("/api/v1/account/uploads"))["total"].clone();
    assert_eq!(left, listed.len(), "and the video is not kept");
    assert_fault(&send(&bob, b"text"), 400, "refused");
    assert_fault(&send(&node.sign_in(ADA), &png(4, 4, [1, 2, 3])), 404, "not_found");
    let request = bob.read("POST", &target).header("origin", "http://bob.localhost");
    let foreign = bob.send(&Form::new().file("a.png", &png(4, 4, [1, 2, 3])).put_into(request));
    assert_eq!(assert_fault(&foreign, 403, "bad_origin")["ok"], false);
}

#[test]
fn notes_and_pasted_links_are_judged_here() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let draft = json!({"schema": 1, "template": "minimal", "blocks": [
        {"kind": "presence"}, {"kind": "music", "tracks": ["USRC17607839"]},
        {"kind": "image", "url": "https://elsewhere.example/IMG_1.jpg", "alt": "img_1"},
        {"kind": "links", "links": [{"label": "Shop", "url": "http://shop.example/"}]}]});
    let notes = data(&bob.post(&(path("p_bob") + "/notes"), &json!({ "content": draft })))["notes"].clone();
    let found: Vec<_> = notes
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (note["id"].as_str().unwrap(), note["path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("presence", "blocks[0]"),
            ("music", "blocks[1]"),
            ("alt", "blocks[2].alt"),
            ("picture", "blocks[2].url"),
            ("link", "blocks[3].links[0].url")
        ]
    );
    assert_eq!((&notes[2]["severity"], &notes[2]["block"]), (&json!("warn"), &json!(2)));

    let resolve = |url: &str| bob.get(&format!("/api/v1/links/resolve?url={url}"));
    let github = data(&resolve("https%3A%2F%2Fgithub.com%2Fada"));
    assert_eq!(
        (&github["kind"], &github["label"], &github["icon"]),
        (&json!("link"), &json!("GitHub"), &json!("github"))
    );
    assert_eq!(github["block"]["links"][0]["url"], "https://github.com/ada");
    assert_eq!(data(&resolve("USRC17607839"))["block"], json!({"kind": "music", "tracks": ["USRC17607839"]}));
    assert_eq!(assert_fault(&resolve("javascript:alert(1)"), 400, "bad_link")["path"], "url");
}

/// U5, W2
#[test]
fn an_owner_puts_badges_in_order_on_the_page_and_on_the_card() {
    let instance = world();
    for badge in ["verified", "translator"] {
        instance.admin(&["user", "badge", ADA, badge]);
    }
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let made = create(&ada, "badges");
    let ordered = |order: Value| {
        let mut content = content("Mine.");
        content["blocks"][0]["badgeOrder"] = order;
        content
    };
    let is_first = |word: &str, other: &str| {
        let page = shown(&node, "badges.localhost").1;
        let place = |word: &str| page.find(&format!("<li title=\"{word}\">")).unwrap();
        place(word) < place(other)
    };
    let id = made["id"].as_str().unwrap();
    let card = || node.visitor().get("localhost", &format!("/api/v1/profiles/{id}/og.png")).body;
    let live = publish(&ada, &save(&ada, &made, &content("Mine.")));
    assert!(is_first("Verified", "Translator") && is_first("Translator", "Plus"));
    let usual = card();

    let mine = ordered(json!(["plus", "staff", "founder", "translator"]));
    let live = publish(&ada, &save(&ada, &live, &mine));
    assert!(is_first("Plus", "Translator") && is_first("Translator", "Verified"));
    assert_ne!(card(), usual, "the card has them in that order too");
    instance.admin(&["user", "badge", ADA, "translator", "--off"]);
    assert!(is_first("Plus", "Verified"));

    let target = path(id);
    let too_many = json!({ "content": ordered(json!(vec!["plus"; 17])) });
    let refused = with_revision(&ada, "PATCH", &target, &live["revision"], &too_many);
    assert_eq!(assert_fault(&refused, 400, "bad_content")["path"], "content.blocks[0].badgeOrder");
    drop(node);
    let before = exported(&instance);
    let kept = before["profiles"].as_array().unwrap().iter().find(|record| record["id"] == id).unwrap();
    assert_eq!(kept["content"], mine);
    assert_eq!(exported(&instance.import(&before)), before);
}

/// W2
#[test]
fn an_export_holds_drafts_schedules_and_what_was_deleted() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let page = save(&bob, &create(&bob, "kept"), &content("Not shown yet."));
    let target = path(page["id"].as_str().unwrap());
    let planned = with_revision(
        &bob,
        "PATCH",
        &target,
        &page["revision"],
        &json!({"publishAt": "2099-01-01T00:00:00Z"}),
    );
    save(&bob, &data(&planned), &content("Later."));
    bob.delete(&path("p_bob"));
    drop(node);
    let before = exported(&instance);
    let record = |id: &Value| {
        before["profiles"].as_array().unwrap().iter().find(|record| record["id"] == *id).unwrap().clone()
    };
    let kept = record(&page["id"]);
    assert_eq!((&kept["content"], &kept["draft"]), (&content("Not shown yet."), &content("Later.")));
    assert_eq!(kept["publishAt"], "2099-01-01T00:00:00Z");
    assert!(record(&json!("p_bob"))["deletedAt"].is_string());
    let instance = instance.import(&before);
    assert_eq!(exported(&instance), before);
}
