use nameplate_core::audience::{Audience, Device};
use nameplate_core::host::Host;
use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::post::{FileName, Post, PostFile, Privacy};
use nameplate_core::profile::{Page, Profile};
use nameplate_core::secret::AccountKey;
use nameplate_core::time::Timestamp;
use nameplate_core::transfer::{Account, Instance};
use nameplate_core::user::User;
use nameplate_core::view::{View, VisitorKey};
use sqlx::{AssertSqlSafe, Row};

use super::{open, sqlite};
use crate::backend::Database;
use crate::statements::{self as sql, Statement};
use crate::{Store, StoreConfig};

/// Written as an instance would be, so that every table has rows.
const USERS: usize = 1_000;
const POSTS: usize = 6_000;

/// And so many in all: what is scanned now and then in a small table must not be in a large one.
const ALL_USERS: i64 = 100_000;
const ALL_POSTS: i64 = 1_000_000;

fn user(number: usize) -> UserId {
    UserId::parse(&(100_000_000_000_000_000 + number).to_string()).unwrap()
}

fn account(number: usize) -> Account {
    Account {
        user: User::new(user(number), format!("user{number}"), Timestamp::default()),
        api_key: AccountKey::parse(&format!("{number:032}")).ok(),
        relay_key: None,
        music_key: None,
        email: None,
        blocks: vec![user(number + 1), user(number + 2)],
    }
}

fn page(number: usize) -> Page {
    Page::new(Profile {
        id: ProfileId::parse(&format!("p{number}")).unwrap(),
        owner: user(number),
        domain: Host::parse(&format!("u{number}.localhost")).unwrap(),
        is_verified: false,
        is_public: true,
        is_suspended: false,
        publish_at: None,
        expires_at: None,
        deleted_at: None,
        content: Some(serde_json::json!({"schema": 1, "text": "x".repeat(500)})),
        created: Timestamp::default(),
        updated: Timestamp::default(),
    })
}

/// A tenth of the posts is one user's, and nine in ten of them are public.
fn post(number: usize) -> Post {
    let name = FileName::parse(&format!("{number:032x}.png")).unwrap();
    Post {
        code: PostCode::parse(&format!("p{number:07}")).unwrap(),
        owner: user(if number.is_multiple_of(10) { 7 } else { number % USERS }),
        privacy: if number.is_multiple_of(11) { Privacy::Private } else { Privacy::Public },
        title: Some("title".into()),
        description: Some("a description of some length".into()),
        created: Timestamp::from_millis(number as i64),
        is_moderated: false,
        views: 0,
        files: vec![PostFile { name, size: 1, mime: "image/png".into() }],
    }
}

fn view(number: usize) -> View {
    let mut visitor = [0; 16];
    visitor[..8].copy_from_slice(&(number as u64).to_le_bytes());
    View {
        profile: ProfileId::parse(&format!("p{}", number % USERS)).unwrap(),
        at: Timestamp::from_millis(number as i64),
        visitor: VisitorKey(visitor),
        referer: None,
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64)".into()),
        audience: Audience::Person { device: Device::Desktop, browser: "Firefox", source: None },
    }
}

#[tokio::test]
async fn hot_statements_use_an_index_on_sqlite() {
    let (config, _folder) = sqlite();
    hot_statements_use_an_index(&config).await;
}

/// What a statement is asked with, by place.
enum Value {
    Text(String),
    Number(i64),
}

pub(super) async fn hot_statements_use_an_index(config: &StoreConfig) {
    use Value::{Number, Text};
    let store = open(config);
    store.migrate().await.unwrap();
    fill(&store).await;
    let id = || Text(user(7).to_string());
    let rows = |text: &str| Text(text.to_owned());
    // The statement, what it is asked with, and what must stand in the plan: in SQLite's words, in PostgreSQL's.
    let hot: [(Statement, Vec<Value>, &str, &str); 27] = [
        (sql::FIND_USER, vec![id()], "INDEX sqlite_autoindex_users_1 (id=?)", "users_pkey"),
        (
            sql::FIND_USER_BY_KEY,
            vec![rows("x")],
            "INDEX sqlite_autoindex_secrets_1 (lookup=?)",
            "secrets_lookup_key",
        ),
        (
            sql::FIND_SESSION,
            vec![rows("x")],
            "INDEX sqlite_autoindex_sessions_2 (token=?)",
            "sessions_token_key",
        ),
        (sql::FIND_USER_FACE, vec![id(), id()], "PRIMARY KEY (owner=? AND target=?)", "blocks_pkey"),
        (sql::FIND_ACCOUNT, vec![id()], "PRIMARY KEY (owner=? AND kind=?)", "secrets_pkey"),
        (sql::FIND_MUSIC_SECRET, vec![id()], "PRIMARY KEY (owner=? AND kind=?)", "secrets_pkey"),
        (sql::FIND_PROFILE, vec![rows("p7")], "INDEX sqlite_autoindex_profiles_1 (id=?)", "profiles_pkey"),
        (
            sql::LIST_PROFILES_BY_DOMAIN,
            vec![rows(r#"[{"domain":"u7.localhost"}]"#)],
            "INDEX sqlite_autoindex_profiles_2 (domain=?)",
            "profiles_domain_key",
        ),
        (sql::FIND_PAGE, vec![rows("p7")], "INDEX sqlite_autoindex_profiles_1 (id=?)", "profiles_pkey"),
        (sql::LIST_PAGES_OF, vec![id(), Number(10)], "profiles_owner", "profiles_owner"),
        (sql::DELETE_OLD_PAGE, vec![Number(1)], "profiles_deleted", "profiles_deleted"),
        (sql::LIST_PROFILES_OF, vec![id(), Number(10)], "profiles_owner", "profiles_owner"),
        (
            sql::LIST_PUBLIC_UPLOADS,
            vec![id(), Number(50)],
            "USING COVERING INDEX posts_public",
            "Index Only Scan using posts_public",
        ),
        (
            sql::LIST_USERS_WITH_UPLOADS,
            vec![rows(r#"[{"id":"100000000000000007"}]"#), Number(50)],
            "USING COVERING INDEX posts_public",
            "Index Only Scan using posts_public",
        ),
        (sql::COUNT_FILES, vec![id()], "PRIMARY KEY (owner=?)", "Index Only Scan using files_pkey"),
        (sql::FIND_USERNAME, vec![rows("user7"), id()], "users_username", "users_username"),
        (sql::DELETE_REPORTS_OF, vec![rows("p0000007")], "PRIMARY KEY (post=?)", "reports_pkey"),
        (sql::FIND_POST, vec![rows("p0000007")], "INDEX sqlite_autoindex_posts_1 (code=?)", "posts_pkey"),
        (sql::LIST_POSTS_OF, vec![id(), Number(50), Number(0)], "posts_owner", "posts_owner"),
        (sql::DELETE_VIEWS_BEFORE, vec![Number(1), Number(10)], "views_at", "views_at"),
        (sql::LIST_NEWCOMERS, vec![rows("[]")], "views_visitor", "views_visitor"),
        (
            sql::LIST_NUMBER_HOURS,
            vec![rows("p7"), Number(0), Number(9)],
            "PRIMARY KEY (profile=? AND hour>? AND hour<?)",
            "number_hours_pkey",
        ),
        (
            sql::LIST_NUMBER_NAMES,
            vec![rows("p7"), rows("device"), Number(0), Number(9), Number(100)],
            "PRIMARY KEY (profile=? AND kind=? AND day>? AND day<?)",
            "number_names_pkey",
        ),
        (sql::LIST_FILES_OF_POST, vec![rows("p0000007")], "INDEX files_post (post=?)", "files_post"),
        // Here SQLite shows how it finds the rows that refer to the changed one.
        (sql::UPSERT_USERS, vec![rows("[]")], "COVERING INDEX profiles_owner", "Conflict Arbiter Indexes"),
        (sql::DELETE_USER, vec![id()], "COVERING INDEX profiles_owner", "users_pkey"),
        (sql::DELETE_POST, vec![rows("p0000007")], "files_post", "posts_pkey"),
    ];
    for (statement, values, on_sqlite, on_postgres) in hot {
        let plan = explain(&store, statement, &values).await;
        let (index, scan) = match config {
            StoreConfig::Sqlite(_) => (on_sqlite, "SCAN"),
            StoreConfig::Postgres(_) => (on_postgres, "Seq Scan"),
        };
        let whole = plan.join("\n");
        assert!(whole.contains(index), "{index} is not in the plan of {}\n{whole}", statement.sqlite);
        // The array of rows has no index, and needs none.
        let scans = plan.iter().filter(|line| line.contains(scan) && !line.contains("json"));
        let is_collected =
            |line: &String| ["counted", "newest", "lists"].iter().any(|name| line.contains(name));
        assert_eq!(scans.filter(|line| !is_collected(line)).count(), 0, "{}\n{whole}", statement.sqlite);
    }
}

const MANY_USERS: &str = "\
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) \
    INSERT INTO users (id, username, created, is_verified, is_staff, is_partner, is_translator, is_suspended, plan, \
                       cancel_at_period_end, is_gifted, usage_used, shares_presence, is_music_enabled) \
    SELECT CAST(200000000000000000 + n AS TEXT), 'somebody', n, false, false, false, false, false, 'free', false, \
           false, 0, false, false FROM numbers";

/// About ten for each of those users.
const MANY_POSTS: &str = "\
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) \
    INSERT INTO posts (code, owner, privacy, created, is_moderated, views, file, is_album) \
    SELECT 'q' || CAST(10000000 + n AS TEXT), CAST(200000000000000001 + n / 11 AS TEXT), \
           CASE n % 11 WHEN 0 THEN 'private' ELSE 'public' END, n, false, 0, 'a.png', false FROM numbers";

async fn fill(store: &Store) {
    let instance = Instance {
        accounts: (0..USERS).map(account).collect(),
        profiles: (0..USERS).map(page).collect(),
        posts: (0..POSTS).map(post).collect(),
    };
    store.import(&instance, Timestamp::default(), |_| ()).await.unwrap();
    each!(store, |db| {
        let mut tx = db.begin(crate::Durability::Batched).await.unwrap();
        let reports = "INSERT INTO reports (post, reporter, reason, created) SELECT code, owner, title, created FROM posts";
        sqlx::query(reports).execute(&mut *tx).await.unwrap();
        let sessions = "INSERT INTO sessions (id, owner, token, created, last_seen) SELECT id, id, id, created, created FROM users";
        sqlx::query(sessions).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    });
    store.insert_views(&(0..3_000).map(view).collect::<Vec<_>>()).await.unwrap();
    each!(store, |db| {
        let mut tx = db.begin_long().await.unwrap();
        for (statement, rows) in
            [(MANY_USERS, ALL_USERS - USERS as i64), (MANY_POSTS, ALL_POSTS - POSTS as i64)]
        {
            let written = sqlx::query(statement).bind(rows).execute(&mut *tx).await.unwrap();
            assert_eq!(written.rows_affected(), rows as u64);
        }
        tx.commit().await.unwrap();
    });
    // PostgreSQL does so by itself after a while; SQLite has to do without.
    if let Database::Postgres(postgres) = &store.inner.database {
        let mut own = postgres.reader().acquire().await.unwrap().detach();
        sqlx::raw_sql("SET statement_timeout = 0").execute(&mut own).await.unwrap();
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut own).await.unwrap();
    }
}

/// The lines of the plan.
async fn explain(store: &Store, statement: Statement, values: &[Value]) -> Vec<String> {
    each!(store, |db| {
        let (words, column) =
            if store.backend() == "sqlite" { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
        let text = format!("{words} {}", db.text(statement));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        let rows = query.fetch_all(db.reader()).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(column)).collect()
    })
}
