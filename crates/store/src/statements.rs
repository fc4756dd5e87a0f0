//! Every statement of the store, on one page.
//!
//! They are written in the SQL that both databases share. Rows to write come as one JSON array in `$1` (`of_rows!`):
//! one round trip for one row or a thousand. Only that array's table function, and a lock that SQLite has no need of,
//! are spelled differently.
//!
//! A limit is a cast: SQLite plans a statement with a bare `LIMIT $1` anew whenever a value is bound to it, which costs as
//! much again as running it.

/// One statement in both spellings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// The same text on both.
macro_rules! same {
    ($($part:expr),+) => {
        Statement { sqlite: concat!($($part),+), postgres: concat!($($part),+) }
    };
}

/// Text with the rows of `$1` between its parts, each row a column `value`.
macro_rules! of_rows {
    ($first:expr $(, $rest:expr)*) => {
        Statement {
            sqlite: concat!($first $(, "jsonb_each($1)", $rest)*),
            postgres: concat!($first $(, "jsonb_array_elements($1::jsonb)", $rest)*),
        }
    };
}

/// A select whose rows stay as they are until the transaction ends. SQLite's write lock does that already. The lock lets
/// others refer to the row: a plain FOR UPDATE would bring two uploads of one user into a deadlock.
macro_rules! locked {
    ($text:expr) => {
        Statement { sqlite: $text, postgres: concat!($text, " FOR NO KEY UPDATE") }
    };
}

/// Deletes a part of a table that only grows: as many rows as one statement can take in its time.
macro_rules! delete_before {
    ($table:literal) => {
        Statement {
            sqlite: concat!(
                "DELETE FROM ",
                $table,
                " WHERE rowid IN (SELECT rowid FROM ",
                $table,
                " WHERE at < $1 LIMIT CAST($2 AS BIGINT))"
            ),
            postgres: concat!(
                "DELETE FROM ",
                $table,
                " WHERE ctid = ANY (ARRAY(SELECT ctid FROM ",
                $table,
                " WHERE at < $1 LIMIT CAST($2 AS BIGINT)))"
            ),
        }
    };
}

macro_rules! statements {
    ($($name:ident = $statement:expr;)+) => {
        $(pub(crate) const $name: Statement = $statement;)+

        /// For the test that prepares each of them.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, Statement)] = &[$((stringify!($name), $name)),+];
    };
}

macro_rules! user_columns {
    () => {
        "u.id, u.username, u.nickname, u.bio, u.avatar, u.banner, u.socials, u.created, u.is_verified, u.is_staff, \
         u.is_partner, u.bug_hunter_tier, u.is_translator, u.is_suspended, u.theme, u.custom_embed, u.plan, \
         u.plan_status, u.plan_started_at, u.plan_expires_at, u.cancel_at_period_end, u.is_gifted, u.usage_used, \
         u.usage_started_at, u.shares_presence, u.activity_preference, u.is_music_enabled, u.is_operator"
    };
}

macro_rules! insert_users {
    () => {
        "INSERT INTO users (id, username, nickname, bio, avatar, banner, socials, created, is_verified, is_staff, \
         is_partner, bug_hunter_tier, is_translator, is_suspended, theme, custom_embed, plan, plan_status, \
         plan_started_at, plan_expires_at, cancel_at_period_end, is_gifted, usage_used, usage_started_at, \
         shares_presence, activity_preference, is_music_enabled, is_operator) \
         SELECT value->>'id', value->>'username', value->>'nickname', value->>'bio', value->>'avatar', \
         value->>'banner', value->>'socials', CAST(value->>'created' AS BIGINT), \
         CAST(value->>'is_verified' AS BOOLEAN), CAST(value->>'is_staff' AS BOOLEAN), \
         CAST(value->>'is_partner' AS BOOLEAN), CAST(value->>'bug_hunter_tier' AS SMALLINT), \
         CAST(value->>'is_translator' AS BOOLEAN), CAST(value->>'is_suspended' AS BOOLEAN), value->>'theme', \
         value->>'custom_embed', value->>'plan', value->>'plan_status', CAST(value->>'plan_started_at' AS BIGINT), \
         CAST(value->>'plan_expires_at' AS BIGINT), CAST(value->>'cancel_at_period_end' AS BOOLEAN), \
         CAST(value->>'is_gifted' AS BOOLEAN), CAST(value->>'usage_used' AS BIGINT), \
         CAST(value->>'usage_started_at' AS BIGINT), CAST(value->>'shares_presence' AS BOOLEAN), \
         value->>'activity_preference', CAST(value->>'is_music_enabled' AS BOOLEAN), \
         CAST(value->>'is_operator' AS BOOLEAN) FROM "
    };
}

macro_rules! accounts {
    ($rest:expr) => {
        concat!(
            "SELECT ", user_columns!(), ", \
             (SELECT sealed FROM secrets s WHERE s.owner = u.id AND s.kind = 'relay') AS relay, \
             (SELECT sealed FROM secrets s WHERE s.owner = u.id AND s.kind = 'api') AS api, \
             (SELECT sealed FROM secrets s WHERE s.owner = u.id AND s.kind = 'music') AS music, \
             (SELECT sealed FROM secrets s WHERE s.owner = u.id AND s.kind = 'email') AS email, \
             (SELECT string_agg(target, ',' ORDER BY target) FROM blocks b WHERE b.owner = u.id) AS blocks \
             FROM users u ", $rest
        )
    };
}

macro_rules! profile_columns {
    () => {
        "p.id AS profile_id, p.owner, p.domain, p.is_verified AS is_domain_verified, p.is_public, \
         p.is_suspended AS is_profile_suspended, p.publish_at, p.expires_at, p.deleted_at, p.content, \
         p.created AS profile_created, p.updated"
    };
}

/// What the owner has beside what is shown. It is large, so nobody else reads it.
macro_rules! page_columns {
    () => {
        concat!(profile_columns!(), ", p.published_at, p.edited_at, p.revision, p.draft")
    };
}

macro_rules! own_pages {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            page_columns!(),
            ", (SELECT CAST(COALESCE(SUM(v.views), 0) AS BIGINT) FROM view_days v \
             WHERE v.profile = p.id) AS views FROM profiles p ",
            $rest
        )
    };
}

macro_rules! profiles_by_domain {
    ($among:literal) => {
        concat!(
            "SELECT ",
            profile_columns!(),
            ", ",
            user_columns!(),
            " FROM profiles p JOIN users u ON u.id = p.owner WHERE p.domain ",
            $among
        )
    };
}

macro_rules! insert_profiles {
    () => {
        "INSERT INTO profiles (id, owner, domain, is_verified, is_public, is_suspended, publish_at, expires_at, \
         deleted_at, content, draft, published_at, edited_at, created, updated) SELECT value->>'profile_id', value->>'owner', value->>'domain', \
         CAST(value->>'is_domain_verified' AS BOOLEAN), CAST(value->>'is_public' AS BOOLEAN), \
         CAST(value->>'is_profile_suspended' AS BOOLEAN), CAST(value->>'publish_at' AS BIGINT), \
         CAST(value->>'expires_at' AS BIGINT), CAST(value->>'deleted_at' AS BIGINT), value->>'content', \
         value->>'draft', CAST(value->>'published_at' AS BIGINT), CAST(value->>'edited_at' AS BIGINT), \
         CAST(value->>'profile_created' AS BIGINT), CAST(value->>'updated' AS BIGINT) FROM "
    };
}

macro_rules! post_columns {
    () => {
        "code, owner, privacy, title, description, created, is_moderated, views, file, is_album"
    };
}

/// Public, unmoderated posts, newest first: one value with a list for each column, because a row for each post costs more
/// than what stands in it. The databases differ in the names of the functions.
macro_rules! upload_lists {
    ($array:literal, $list:literal, $owner:literal) => {
        concat!(
            "SELECT CAST(", $array, "(", $list, "(code), ", $list, "(file), ", $list, "(title), ", $list, "(description), ",
            $list, "(created), ", $list, "(CAST(is_album AS INTEGER))) AS TEXT) AS uploads \
             FROM (SELECT code, file, title, description, created, is_album FROM posts WHERE owner = ", $owner,
            " AND privacy = 'public' AND NOT is_moderated ORDER BY created DESC, code LIMIT CAST($2 AS BIGINT)) newest"
        )
    };
    (sqlite, $owner:literal) => { upload_lists!("json_array", "json_group_array", $owner) };
    (postgres, $owner:literal) => { upload_lists!("json_build_array", "json_agg", $owner) };
}

macro_rules! users_with_uploads {
    ($database:ident) => {
        concat!(
            "SELECT ",
            user_columns!(),
            ", \
             (SELECT string_agg(target, ',') FROM blocks b WHERE b.owner = u.id) AS blocked, (",
            upload_lists!($database, "u.id"),
            ") AS uploads FROM users u WHERE u.id IN (SELECT value->>'id' FROM "
        )
    };
}

/// A privacy, or all (an empty word); and a part of the title, description or code, as a pattern in lower case.
macro_rules! some_posts {
    () => {
        "AND ($2 = '' OR privacy = $2) AND ($3 = '%' OR lower(COALESCE(title, '')) LIKE $3 ESCAPE '!' \
         OR lower(COALESCE(description, '')) LIKE $3 ESCAPE '!' OR lower(code) LIKE $3 ESCAPE '!')"
    };
}

macro_rules! file_columns {
    () => {
        "post, owner, position, name, size, mime"
    };
}

macro_rules! insert_posts {
    () => {
        "INSERT INTO posts (code, owner, privacy, title, description, created, is_moderated, views, file, is_album) \
         SELECT value->>'code', value->>'owner', value->>'privacy', value->>'title', value->>'description', \
         CAST(value->>'created' AS BIGINT), CAST(value->>'is_moderated' AS BOOLEAN), \
         CAST(value->>'views' AS BIGINT), value->>'file', CAST(value->>'is_album' AS BOOLEAN) FROM "
    };
}

macro_rules! message_columns {
    () => {
        "id, owner, profile, domain, channel, name, reply_to, message, created, is_read, delivery, attempts"
    };
}

/// An entry of the log names its object as in `profile p_ada`.
macro_rules! audit_filter {
    () => {
        "($1 = '' OR actor = $1) AND ($2 = '' OR object IN ('user ' || $2, 'profile ' || $2, 'post ' || $2, \
         'reports of post ' || $2)) AND ($3 = '' OR action = $3)"
    };
}

/// Why something was suspended: what the operator wrote who did it last.
macro_rules! reason {
    ($kind:literal, $id:literal, $is_suspended:literal) => {
        concat!(
            "CASE WHEN ",
            $is_suspended,
            " THEN (SELECT a.note FROM audit a WHERE a.object = '",
            $kind,
            " ' || ",
            $id,
            " AND a.action = 'suspended' ORDER BY a.id DESC LIMIT 1) END AS reason"
        )
    };
}

macro_rules! user_matches {
    () => {
        "($1 = '%%' OR lower(u.username) LIKE $1 ESCAPE '\\' OR lower(u.nickname) LIKE $1 ESCAPE '\\' \
         OR u.id LIKE $1 ESCAPE '\\')"
    };
}

macro_rules! profile_matches {
    () => {
        "p.deleted_at IS NULL AND ($1 = '%%' OR p.domain LIKE $1 ESCAPE '\\' OR lower(p.id) LIKE $1 ESCAPE '\\' \
         OR lower(u.username) LIKE $1 ESCAPE '\\')"
    };
}

statements! {
    PING = same!("SELECT 1");
    SCHEMA_VERSION = same!("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations");
    INSERT_SETTING = same!("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    FIND_SETTING = same!("SELECT value FROM settings WHERE name = $1");

    FIND_USER = same!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1");
    FIND_USER_BY_KEY = same!(
        "SELECT ", user_columns!(), ", s.sealed FROM secrets s JOIN users u ON u.id = s.owner WHERE s.lookup = $1"
    );
    FIND_USER_FACE = same!(
        "SELECT ", user_columns!(), ", \
         EXISTS (SELECT 1 FROM blocks b WHERE b.owner = $2 AND b.target = u.id) AS is_blocked_by_caller, \
         EXISTS (SELECT 1 FROM blocks b WHERE b.owner = u.id AND b.target = $2) AS has_blocked_caller \
         FROM users u WHERE u.id = $1"
    );
    LIST_USERS_WITH_UPLOADS = Statement {
        sqlite: of_rows!(users_with_uploads!(sqlite), ")").sqlite,
        postgres: of_rows!(users_with_uploads!(postgres), ")").postgres,
    };
    FIND_ACCOUNT = same!(accounts!("WHERE u.id = $1"));
    LIST_ACCOUNTS = same!(accounts!("WHERE u.id > $1 ORDER BY u.id LIMIT CAST($2 AS BIGINT)"));
    LIST_USERS = same!("SELECT ", user_columns!(), " FROM users u WHERE u.id > $1 ORDER BY u.id LIMIT CAST($2 AS BIGINT)");
    LIST_SHARING = of_rows!(
        "SELECT u.id FROM users u WHERE u.id IN (SELECT value->>'id' FROM ",
        ") AND u.shares_presence AND NOT u.is_suspended ORDER BY u.id"
    );
    LIST_SHARERS = same!(
        "SELECT u.id, u.activity_preference FROM users u WHERE u.id > $1 AND u.shares_presence AND NOT u.is_suspended ORDER BY u.id LIMIT CAST($2 AS BIGINT)"
    );
    INSERT_USERS = of_rows!(insert_users!(), " WHERE true");
    UPSERT_USERS = of_rows!(
        insert_users!(),
        " WHERE true ON CONFLICT (id) DO UPDATE SET username = excluded.username, nickname = excluded.nickname, \
         bio = excluded.bio, avatar = excluded.avatar, banner = excluded.banner, socials = excluded.socials, \
         created = excluded.created, is_verified = excluded.is_verified, is_staff = excluded.is_staff, \
         is_partner = excluded.is_partner, bug_hunter_tier = excluded.bug_hunter_tier, \
         is_translator = excluded.is_translator, is_suspended = excluded.is_suspended, theme = excluded.theme, \
         custom_embed = excluded.custom_embed, plan = excluded.plan, plan_status = excluded.plan_status, \
         plan_started_at = excluded.plan_started_at, plan_expires_at = excluded.plan_expires_at, \
         cancel_at_period_end = excluded.cancel_at_period_end, is_gifted = excluded.is_gifted, \
         usage_used = excluded.usage_used, usage_started_at = excluded.usage_started_at, \
         shares_presence = excluded.shares_presence, activity_preference = excluded.activity_preference, \
         is_music_enabled = excluded.is_music_enabled, is_operator = excluded.is_operator"
    );
    LOCK_USER = locked!(concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1"));
    // Two users who take one name at the same time wait for each other; SQLite has one writer anyway.
    LOCK_USERNAME = Statement {
        sqlite: "SELECT $1 IS NULL",
        postgres: "SELECT pg_advisory_xact_lock(hashtextextended(lower($1), 0))",
    };
    FIND_USERNAME = same!("SELECT id FROM users WHERE lower(username) = lower($1) AND id <> $2 LIMIT 1");
    UPDATE_USER = same!(
        "UPDATE users SET username = $2, nickname = $3, bio = $4, avatar = $5, banner = $6, socials = $7, \
         custom_embed = $8, activity_preference = $9 WHERE id = $1"
    );
    SET_SUSPENDED = same!("UPDATE users SET is_suspended = $2 WHERE id = $1");
    SET_OPERATOR = same!("UPDATE users SET is_operator = $2 WHERE id = $1");
    FIND_OPERATOR = same!("SELECT id FROM users WHERE is_operator LIMIT 1");
    SET_THEME = same!("UPDATE users SET theme = $2 WHERE id = $1");
    SET_PRESENCE_SHARING = same!("UPDATE users SET shares_presence = $2 WHERE id = $1");
    SET_MUSIC_ENABLED = same!("UPDATE users SET is_music_enabled = $2 WHERE id = $1");
    SET_VERIFIED = same!("UPDATE users SET is_verified = $2 WHERE id = $1");
    SET_STAFF = same!("UPDATE users SET is_staff = $2 WHERE id = $1");
    SET_PARTNER = same!("UPDATE users SET is_partner = $2 WHERE id = $1");
    SET_TRANSLATOR = same!("UPDATE users SET is_translator = $2 WHERE id = $1");
    SET_BUG_HUNTER_TIER = same!("UPDATE users SET bug_hunter_tier = $2 WHERE id = $1");
    SET_SUBSCRIPTION = same!(
        "UPDATE users SET plan = $2, plan_status = $3, plan_started_at = $4, plan_expires_at = $5, \
         cancel_at_period_end = $6, is_gifted = $7 WHERE id = $1"
    );

    DELETE_VIEW_DAYS_OF_OWNER =
        same!("DELETE FROM view_days WHERE profile IN (SELECT id FROM profiles WHERE owner = $1)");
    DELETE_NUMBER_HOURS_OF_OWNER =
        same!("DELETE FROM number_hours WHERE profile IN (SELECT id FROM profiles WHERE owner = $1)");
    DELETE_NUMBER_NAMES_OF_OWNER =
        same!("DELETE FROM number_names WHERE profile IN (SELECT id FROM profiles WHERE owner = $1)");
    DELETE_PLAY_TOTALS_OF_OWNER = same!("DELETE FROM play_totals WHERE owner = $1");
    DELETE_USER = same!("DELETE FROM users WHERE id = $1");

    UPSERT_SECRET = same!(
        "INSERT INTO secrets (owner, kind, sealed, lookup) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (owner, kind) DO UPDATE SET sealed = excluded.sealed, lookup = excluded.lookup"
    );
    DELETE_SECRET = same!("DELETE FROM secrets WHERE owner = $1 AND kind = $2");
    FIND_MUSIC_SECRET = same!(
        "SELECT s.sealed FROM secrets s JOIN users u ON u.id = s.owner \
         WHERE s.owner = $1 AND s.kind = 'music' AND u.is_music_enabled"
    );

    INSERT_SESSION = same!(
        "INSERT INTO sessions (id, token, owner, created, last_seen, agent) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    FIND_SESSION =
        same!("SELECT id, owner, created, last_seen, agent FROM sessions WHERE token = $1");
    LIST_SESSIONS = same!(
        "SELECT id, owner, created, last_seen, agent FROM sessions WHERE owner = $1 \
         ORDER BY last_seen DESC, id LIMIT CAST($2 AS BIGINT)"
    );
    TOUCH_SESSION = same!("UPDATE sessions SET last_seen = $2 WHERE id = $1");
    DELETE_SESSION = same!("DELETE FROM sessions WHERE owner = $1 AND id = $2");
    DELETE_OTHER_SESSIONS = same!("DELETE FROM sessions WHERE owner = $1 AND id <> $2");
    DELETE_ENDED_SESSIONS = same!("DELETE FROM sessions WHERE last_seen <= $1 OR created <= $2");
    INSERT_LOGIN_LINK = same!(
        "INSERT INTO login_links (token, owner, created, expires_at) VALUES ($1, $2, $3, $4)"
    );
    FIND_LOGIN_LINK = same!("SELECT owner FROM login_links WHERE token = $1 AND expires_at > $2");
    TAKE_LOGIN_LINK = same!("DELETE FROM login_links WHERE token = $1 AND expires_at > $2 RETURNING owner");
    DELETE_ENDED_LOGIN_LINKS = same!("DELETE FROM login_links WHERE expires_at <= $1");

    INSERT_BLOCK =
        same!("INSERT INTO blocks (owner, target, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
    DELETE_BLOCK = same!("DELETE FROM blocks WHERE owner = $1 AND target = $2");
    LIST_BLOCKED_USERS = same!(
        "SELECT ", user_columns!(), ", b.created AS blocked_at FROM blocks b JOIN users u ON u.id = b.target \
         WHERE b.owner = $1 ORDER BY b.created DESC, b.target LIMIT CAST($2 AS BIGINT)"
    );
    LIST_BLOCKS =
        same!("SELECT target, created FROM blocks WHERE owner = $1 ORDER BY created DESC, target LIMIT CAST($2 AS BIGINT)");

    FIND_PROFILE = same!(
        "SELECT ", profile_columns!(), ", ", user_columns!(),
        " FROM profiles p JOIN users u ON u.id = p.owner WHERE p.id = $1"
    );
    // PostgreSQL reads the whole of a table that it takes for small rather than join it with rows of an array.
    LIST_PROFILES_BY_DOMAIN = Statement {
        sqlite: of_rows!(profiles_by_domain!("IN (SELECT value->>'domain' FROM "), ")").sqlite,
        postgres: of_rows!(profiles_by_domain!("= ANY (ARRAY(SELECT value->>'domain' FROM "), "))").postgres,
    };
    LIST_PROFILES_OF = same!("SELECT ", profile_columns!(), " FROM profiles p WHERE p.owner = $1 ORDER BY p.id LIMIT CAST($2 AS BIGINT)");
    LIST_PROFILES = same!("SELECT ", profile_columns!(), " FROM profiles p WHERE p.id > $1 ORDER BY p.id LIMIT CAST($2 AS BIGINT)");
    LIST_PAGES = same!("SELECT ", page_columns!(), " FROM profiles p WHERE p.id > $1 ORDER BY p.id LIMIT CAST($2 AS BIGINT)");
    FIND_PAGE = same!(own_pages!("WHERE p.id = $1"));
    LIST_PAGES_OF = same!(own_pages!("WHERE p.owner = $1 ORDER BY p.created, p.id LIMIT CAST($2 AS BIGINT)"));
    LIST_SERVED_DOMAINS = same!(
        "SELECT p.domain, p.id AS profile_id, p.is_verified, p.publish_at, p.expires_at, \
         (p.is_public AND NOT p.is_suspended AND NOT u.is_suspended) AS is_visible \
         FROM profiles p JOIN users u ON u.id = p.owner WHERE p.domain > $1 AND p.deleted_at IS NULL \
         ORDER BY p.domain LIMIT CAST($2 AS BIGINT)"
    );
    INSERT_PROFILES = of_rows!(insert_profiles!(), " WHERE true");
    UPSERT_PROFILES = of_rows!(
        insert_profiles!(),
        " WHERE true ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, domain = excluded.domain, \
         is_verified = excluded.is_verified, is_public = excluded.is_public, \
         is_suspended = excluded.is_suspended, publish_at = excluded.publish_at, expires_at = excluded.expires_at, \
         deleted_at = excluded.deleted_at, content = excluded.content, draft = excluded.draft, \
         published_at = excluded.published_at, created = excluded.created, updated = excluded.updated, \
         revision = profiles.revision + 1"
    );
    LOCK_PROFILE_DOMAIN = locked!("SELECT domain FROM profiles WHERE id = $1");
    UPDATE_PROFILE = same!(
        "UPDATE profiles SET domain = $2, is_verified = $3, expires_at = $4, content = $5, updated = $6, \
         revision = revision + 1 WHERE id = $1"
    );
    SET_PUBLIC = same!("UPDATE profiles SET is_public = $2, updated = $3 WHERE id = $1 RETURNING domain");
    SET_PROFILE_SUSPENDED =
        same!("UPDATE profiles SET is_suspended = $2, updated = $3 WHERE id = $1 RETURNING domain");
    SET_PROFILE_VERIFIED =
        same!("UPDATE profiles SET is_verified = $2, updated = $3 WHERE id = $1 RETURNING domain");
    LOCK_PAGE = locked!(concat!("SELECT ", page_columns!(), " FROM profiles p WHERE p.id = $1"));
    UPDATE_PAGE = same!(
        "UPDATE profiles SET domain = $2, is_verified = $3, is_public = $4, publish_at = $5, expires_at = $6, \
         deleted_at = $7, content = $8, updated = $9, draft = $10, published_at = $11, edited_at = $12, \
         revision = $13 WHERE id = $1"
    );
    RESTORE_PAGE = same!(
        "UPDATE profiles SET deleted_at = NULL, updated = $3, edited_at = $3, revision = revision + 1 \
         WHERE id = $1 AND owner = $2 AND deleted_at IS NOT NULL RETURNING domain"
    );
    COUNT_PROFILES_OF = same!("SELECT COUNT(*) FROM profiles WHERE owner = $1 AND deleted_at IS NULL");
    FIND_DOMAIN_HOLDER = locked!("SELECT id, is_verified FROM profiles WHERE domain = $1");
    MOVE_PROFILE = same!("UPDATE profiles SET domain = $2, is_verified = $3, updated = $4 WHERE id = $1");
    // The oldest beyond those that are kept, and what was deleted long ago, one at a time.
    DELETE_OLD_PAGE = same!(
        "DELETE FROM profiles WHERE id = (SELECT id FROM profiles WHERE deleted_at <= $1 LIMIT 1) RETURNING id, domain"
    );
    DELETE_SURPLUS_PAGE = same!(
        "DELETE FROM profiles WHERE id = (SELECT id FROM profiles WHERE owner = $1 AND deleted_at IS NOT NULL \
         ORDER BY deleted_at DESC, id LIMIT 1 OFFSET $2) RETURNING id, domain"
    );
    FIRST_VERSION = same!(
        "INSERT INTO versions (profile, number, created, template, blocks, content) SELECT $1, 1, $2, $3, $4, $5 \
         WHERE NOT EXISTS (SELECT 1 FROM versions WHERE profile = $1)"
    );
    INSERT_VERSION = same!(
        "INSERT INTO versions (profile, number, created, template, blocks, content) VALUES \
         ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM versions WHERE profile = $1), $2, $3, $4, $5)"
    );
    DELETE_OLD_VERSIONS = same!(
        "DELETE FROM versions WHERE profile = $1 \
         AND number <= (SELECT MAX(v.number) FROM versions v WHERE v.profile = $1) - $2"
    );
    LIST_VERSIONS = same!(
        "SELECT number, created, template, blocks FROM versions WHERE profile = $1 ORDER BY number DESC LIMIT CAST($2 AS BIGINT)"
    );
    FIND_VERSION = same!("SELECT content FROM versions WHERE profile = $1 AND number = $2");

    FIND_CLAIM = same!(
        "SELECT profile, domain, status, found, points, points_to, created, checked_at FROM claims WHERE profile = $1"
    );
    UPSERT_CLAIM = same!(
        "INSERT INTO claims (profile, domain, status, found, points, points_to, created, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (profile) DO UPDATE SET domain = excluded.domain, \
         status = excluded.status, found = excluded.found, points = excluded.points, \
         points_to = excluded.points_to, created = excluded.created, checked_at = excluded.checked_at"
    );
    FIND_PROOF =
        same!("SELECT profile, domain, checked_at, misses, missing_since FROM proofs WHERE profile = $1");
    LIST_DUE_PROOFS = same!(
        "SELECT o.profile, o.domain, o.checked_at, o.misses, o.missing_since, p.owner FROM proofs o \
         JOIN profiles p ON p.id = o.profile AND p.domain = o.domain \
         WHERE o.checked_at <= $1 AND p.is_verified AND p.deleted_at IS NULL ORDER BY o.checked_at LIMIT CAST($2 AS BIGINT)"
    );
    UPSERT_PROOF = same!(
        "INSERT INTO proofs (profile, domain, checked_at, misses, missing_since) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (profile) DO UPDATE SET domain = excluded.domain, checked_at = excluded.checked_at, \
         misses = excluded.misses, missing_since = excluded.missing_since"
    );
    UPDATE_PROOF = same!(
        "UPDATE proofs SET checked_at = $3, misses = $4, missing_since = $5 WHERE profile = $1 AND domain = $2"
    );
    DELETE_PROOF = same!("DELETE FROM proofs WHERE profile = $1 AND domain = $2");
    END_PROOF =
        same!("UPDATE profiles SET is_verified = FALSE, updated = $3 WHERE id = $1 AND domain = $2 AND is_verified");
    DELETE_CLAIM = same!("DELETE FROM claims WHERE profile = $1");

    DELETE_PROFILE = same!("DELETE FROM profiles WHERE id = $1 RETURNING domain");
    DELETE_VIEW_DAYS_OF = same!("DELETE FROM view_days WHERE profile = $1");
    DELETE_NUMBER_HOURS_OF = same!("DELETE FROM number_hours WHERE profile = $1");
    DELETE_NUMBER_NAMES_OF = same!("DELETE FROM number_names WHERE profile = $1");

    LIST_PUBLIC_UPLOADS =
        Statement { sqlite: upload_lists!(sqlite, "$1"), postgres: upload_lists!(postgres, "$1") };
    LIST_UPLOADS = same!(
        "SELECT p.code, p.privacy, p.is_album, p.created, f.name, f.size, f.mime FROM posts p \
         JOIN files f ON f.post = p.code WHERE p.owner = $1 \
         ORDER BY p.created DESC, p.code, f.position LIMIT CAST($2 AS BIGINT)"
    );
    COUNT_FILES = same!("SELECT COUNT(*) FROM files WHERE owner = $1");
    FIND_POST = same!("SELECT ", post_columns!(), " FROM posts WHERE code = $1");
    FIND_FILE_BETWEEN = same!("SELECT name FROM files WHERE owner = $1 AND name > $2 AND name < $3 LIMIT 1");
    COUNT_FILES_OF_POST = same!("SELECT COUNT(*) FROM files WHERE post = $1");
    FIND_FILE_POST = same!("SELECT post FROM files WHERE owner = $1 AND name = $2");
    LIST_FILES_OF_POST = same!("SELECT ", file_columns!(), " FROM files WHERE post = $1 ORDER BY position");
    LIST_FILES_OF_POSTS = of_rows!(
        concat!("SELECT ", file_columns!(), " FROM files WHERE post IN (SELECT value->>'code' FROM "),
        ") ORDER BY post, position"
    );
    LIST_POSTS = same!("SELECT ", post_columns!(), " FROM posts WHERE code > $1 ORDER BY code LIMIT CAST($2 AS BIGINT)");
    LIST_POSTS_OF = same!(
        "SELECT ", post_columns!(), " FROM posts WHERE owner = $1 ORDER BY created DESC, code LIMIT CAST($2 AS BIGINT) OFFSET $3"
    );
    LIST_SOME_POSTS_OF = same!(
        "SELECT ", post_columns!(), " FROM posts WHERE owner = $1 ", some_posts!(),
        " ORDER BY created DESC, code LIMIT CAST($4 AS BIGINT) OFFSET $5"
    );
    COUNT_SOME_POSTS_OF = same!("SELECT COUNT(*) FROM posts WHERE owner = $1 ", some_posts!());
    INSERT_POSTS = of_rows!(insert_posts!(), " WHERE true");
    UPSERT_POSTS = of_rows!(
        insert_posts!(),
        " WHERE true ON CONFLICT (code) DO UPDATE SET owner = excluded.owner, privacy = excluded.privacy, \
         title = excluded.title, description = excluded.description, created = excluded.created, \
         is_moderated = excluded.is_moderated, views = excluded.views, file = excluded.file, \
         is_album = excluded.is_album"
    );
    INSERT_FILES = of_rows!(
        "INSERT INTO files (owner, name, post, position, size, mime) SELECT value->>'owner', value->>'name', \
         value->>'post', CAST(value->>'position' AS BIGINT), CAST(value->>'size' AS BIGINT), value->>'mime' FROM ",
        " WHERE true"
    );
    LOCK_POST = locked!(concat!("SELECT ", post_columns!(), " FROM posts WHERE code = $1"));
    UPDATE_POST = same!("UPDATE posts SET privacy = $2, title = $3, description = $4 WHERE code = $1");
    SET_MODERATED =
        same!("UPDATE posts SET is_moderated = $2, moderation_note = $3 WHERE code = $1 RETURNING owner");
    FIND_MODERATION_NOTE = same!("SELECT moderation_note FROM posts WHERE code = $1 AND is_moderated");
    COUNT_POST_VIEW = same!("UPDATE posts SET views = views + 1 WHERE code = $1");
    DELETE_POST = same!("DELETE FROM posts WHERE code = $1");
    DELETE_FILE = same!("DELETE FROM files WHERE owner = $1 AND name = $2 RETURNING post");
    DELETE_EMPTY_POST = same!(
        "DELETE FROM posts WHERE code = $1 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.post = posts.code)"
    );
    NEXT_POSITION = same!("SELECT COALESCE(MAX(position) + 1, 0) FROM files WHERE post = $1");
    REFRESH_POST = same!(
        "UPDATE posts SET file = (SELECT f.name FROM files f WHERE f.post = posts.code ORDER BY f.position LIMIT 1), \
         is_album = (SELECT COUNT(*) > 1 FROM files f WHERE f.post = posts.code) WHERE code = $1"
    );

    INSERT_LINK = same!("INSERT INTO links (code, owner, target, created) VALUES ($1, $2, $3, $4)");
    FIND_LINK = same!("SELECT owner, target, created FROM links WHERE code = $1");
    DELETE_LINK = same!("DELETE FROM links WHERE code = $1");

    LOCK_USAGE = locked!("SELECT usage_used, usage_started_at FROM users WHERE id = $1");
    SUM_RESERVED = same!(
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM reservations \
         WHERE owner = $1 AND (lapses_at > $2 OR id = $3)"
    );
    EXTEND_RESERVATION = same!(
        "INSERT INTO reservations (id, owner, bytes, lapses_at, files) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET bytes = reservations.bytes + excluded.bytes, \
         lapses_at = excluded.lapses_at, files = excluded.files"
    );
    DELETE_RESERVATION = same!("DELETE FROM reservations WHERE id = $1");
    DELETE_LAPSED_RESERVATION = same!(
        "DELETE FROM reservations WHERE id = (SELECT id FROM reservations WHERE lapses_at <= $1 LIMIT 1) \
         RETURNING owner, files"
    );
    SET_USAGE = same!("UPDATE users SET usage_used = $2, usage_started_at = $3 WHERE id = $1");
    COUNT_USAGE_DAY = same!(
        "INSERT INTO usage_days (owner, day, bytes, files) VALUES ($1, $2, $3, $4) ON CONFLICT (owner, day) \
         DO UPDATE SET bytes = usage_days.bytes + excluded.bytes, files = usage_days.files + excluded.files"
    );
    LIST_USAGE_DAYS =
        same!("SELECT day, bytes, files FROM usage_days WHERE owner = $1 AND day >= $2 ORDER BY day");

    // Whether a visitor is new on that day is seen by the views before this batch, one by one (an EXISTS may be planned as
    // a scan of them all). What a batch adds is written in one order, so that those of several nodes wait for each other
    // and never in a circle.
    // As one row: most of a batch may be newcomers.
    LIST_NEWCOMERS = of_rows!(
        "SELECT string_agg(value->>'index', ',' ORDER BY CAST(value->>'index' AS BIGINT)) FROM ",
        " WHERE (SELECT v.at FROM views v WHERE v.profile = value->>'profile' AND v.visitor = value->>'visitor' LIMIT 1) \
         IS NULL"
    );
    COUNT_VIEW_DAYS = of_rows!(
        "INSERT INTO view_days (profile, day, views, visitors, last_at) \
         SELECT p.id, CAST(value->>'day' AS BIGINT), CAST(value->>'views' AS BIGINT), \
         CAST(value->>'visitors' AS BIGINT), CAST(value->>'at' AS BIGINT) FROM ",
        " JOIN profiles p ON p.id = value->>'profile' \
         WHERE true ORDER BY 1, 2 ON CONFLICT (profile, day) DO UPDATE SET \
         views = view_days.views + excluded.views, visitors = view_days.visitors + excluded.visitors, \
         last_at = CASE WHEN excluded.last_at > view_days.last_at THEN excluded.last_at ELSE view_days.last_at END"
    );
    COUNT_NUMBER_HOURS = of_rows!(
        "INSERT INTO number_hours (profile, hour, views, visitors, bots, clicks, plays) \
         SELECT p.id, CAST(value->>'hour' AS BIGINT), CAST(value->>'views' AS BIGINT), \
         CAST(value->>'visitors' AS BIGINT), CAST(value->>'bots' AS BIGINT), CAST(value->>'clicks' AS BIGINT), \
         CAST(value->>'plays' AS BIGINT) FROM ",
        " JOIN profiles p ON p.id = value->>'profile' \
         WHERE true ORDER BY 1, 2 ON CONFLICT (profile, hour) DO UPDATE SET \
         views = number_hours.views + excluded.views, visitors = number_hours.visitors + excluded.visitors, \
         bots = number_hours.bots + excluded.bots, clicks = number_hours.clicks + excluded.clicks, \
         plays = number_hours.plays + excluded.plays"
    );
    // A visitor may make up names: a day that has 200 of a kind takes no more from later batches.
    COUNT_NUMBER_NAMES = of_rows!(
        "INSERT INTO number_names (profile, kind, day, name, count) \
         SELECT profile, kind, day, name, CAST(SUM(count) AS BIGINT) FROM (\
         SELECT p.id AS profile, value->>'kind' AS kind, CAST(value->>'day' AS BIGINT) AS day, \
         CASE WHEN (SELECT n.count FROM number_names n WHERE n.profile = p.id AND n.kind = value->>'kind' \
         AND n.day = CAST(value->>'day' AS BIGINT) AND n.name = value->>'name') IS NOT NULL \
         OR (SELECT COUNT(*) FROM number_names n WHERE n.profile = p.id AND n.kind = value->>'kind' \
         AND n.day = CAST(value->>'day' AS BIGINT)) < 200 THEN value->>'name' ELSE '*' END AS name, \
         CAST(value->>'count' AS BIGINT) AS count FROM ",
        " JOIN profiles p ON p.id = value->>'profile') AS counted \
         WHERE true GROUP BY profile, kind, day, name ORDER BY profile, kind, day, name \
         ON CONFLICT (profile, kind, day, name) DO UPDATE SET count = number_names.count + excluded.count"
    );
    LIST_NUMBER_HOURS = same!(
        "SELECT hour, views, visitors, clicks, plays, bots FROM number_hours \
         WHERE profile = $1 AND hour >= $2 AND hour < $3 ORDER BY hour"
    );
    LIST_NUMBER_NAMES = same!(
        "SELECT name, CAST(SUM(count) AS BIGINT) AS total FROM number_names \
         WHERE profile = $1 AND kind = $2 AND day >= $3 AND day < $4 GROUP BY name ORDER BY total DESC, name LIMIT CAST($5 AS BIGINT)"
    );
    INSERT_VIEWS = of_rows!(
        "INSERT INTO views (profile, at, visitor, referer, user_agent) SELECT p.id, CAST(value->>'at' AS BIGINT), \
         value->>'visitor', value->>'referer', value->>'user_agent' FROM ",
        " JOIN profiles p ON p.id = value->>'profile'"
    );
    COUNT_VIEWS = same!(
        "SELECT CAST(COALESCE(SUM(views), 0) AS BIGINT) AS total, CAST(COALESCE(SUM(visitors), 0) AS BIGINT) \
         AS visitors, MAX(last_at) AS last_at FROM view_days WHERE profile = $1"
    );
    LIST_VIEW_DAYS =
        same!("SELECT day, views, visitors FROM view_days WHERE profile = $1 AND day >= $2 ORDER BY day");
    DELETE_VIEWS_BEFORE = delete_before!("views");

    COUNT_PLAY_TOTALS = of_rows!(
        "INSERT INTO play_totals (owner, profile, isrc, plays, last_at) \
         SELECT value->>'owner' AS o, value->>'profile' AS p, value->>'isrc' AS i, COUNT(*), \
         MAX(CAST(value->>'at' AS BIGINT)) FROM ",
        " WHERE true GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 ON CONFLICT (owner, profile, isrc) DO UPDATE SET \
         plays = play_totals.plays + excluded.plays, last_at = CASE WHEN excluded.last_at > play_totals.last_at \
         THEN excluded.last_at ELSE play_totals.last_at END"
    );
    INSERT_PLAYS = of_rows!(
        "INSERT INTO plays (profile, owner, isrc, visitor, at) SELECT value->>'profile', value->>'owner', \
         value->>'isrc', value->>'visitor', CAST(value->>'at' AS BIGINT) FROM ",
        " WHERE true"
    );
    COUNT_PLAYS = same!("SELECT CAST(COALESCE(SUM(plays), 0) AS BIGINT) FROM play_totals WHERE owner = $1");
    LIST_PLAY_TOTALS = same!(
        "SELECT profile, isrc, plays, last_at FROM play_totals WHERE owner = $1 ORDER BY plays DESC, profile, isrc \
         LIMIT CAST($2 AS BIGINT)"
    );
    DELETE_PLAYS_BEFORE = delete_before!("plays");

    LIST_CONTACT_WAYS = same!("SELECT channel, is_enabled, sealed, is_confirmed FROM contact_ways WHERE owner = $1");
    UPSERT_CONTACT_WAY = same!(
        "INSERT INTO contact_ways (owner, channel, is_enabled, sealed, is_confirmed) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (owner, channel) DO UPDATE SET is_enabled = excluded.is_enabled, sealed = excluded.sealed, \
         is_confirmed = excluded.is_confirmed"
    );
    FIND_SEALED_MAILBOX = same!("SELECT sealed FROM contact_ways WHERE owner = $1 AND channel = 'email'");
    CONFIRM_MAILBOX = same!(
        "UPDATE contact_ways SET is_confirmed = TRUE WHERE owner = $1 AND channel = 'email' AND sealed = $2"
    );
    COUNT_INBOX = same!("SELECT COUNT(*) FROM inbox WHERE owner = $1");
    COUNT_UNREAD = same!("SELECT COUNT(*) FROM inbox WHERE owner = $1 AND NOT is_read");
    DELETE_OLDEST_READ = same!(
        "DELETE FROM inbox WHERE id = (SELECT id FROM inbox WHERE owner = $1 AND is_read ORDER BY created, id LIMIT 1)"
    );
    INSERT_MESSAGE = same!(
        "INSERT INTO inbox (id, owner, profile, domain, channel, name, reply_to, message, created, is_read, delivery, \
         attempts, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)"
    );
    LIST_INBOX = same!(
        "SELECT ", message_columns!(), " FROM inbox WHERE owner = $1 AND ($2 = '' OR profile = $2) \
         AND ($3 = '' OR channel = $3) AND NOT ($4 AND is_read) ORDER BY created DESC, id LIMIT CAST($5 AS BIGINT) OFFSET $6"
    );
    COUNT_INBOX_OF = same!(
        "SELECT COUNT(*) FROM inbox WHERE owner = $1 AND ($2 = '' OR profile = $2) \
         AND ($3 = '' OR channel = $3) AND NOT ($4 AND is_read)"
    );
    SET_MESSAGE_READ = same!("UPDATE inbox SET is_read = $3 WHERE owner = $1 AND id = $2");
    DELETE_MESSAGE = same!("DELETE FROM inbox WHERE owner = $1 AND id = $2");
    FIND_DUE_MESSAGE =
        same!("SELECT id FROM inbox WHERE delivery = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT 1");
    TAKE_MESSAGE = same!(
        "UPDATE inbox SET attempts = attempts + 1, due_at = $3 WHERE id = $1 AND delivery = 'waiting' \
         AND due_at <= $2 RETURNING ", message_columns!()
    );
    SET_DELIVERY = same!("UPDATE inbox SET delivery = $2, due_at = $3 WHERE id = $1");

    UPSERT_REPORT = same!(
        "INSERT INTO reports (post, reporter, reason, created) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (post, reporter) DO UPDATE SET reason = excluded.reason"
    );
    LIST_REPORTS = same!(
        "SELECT r.post, p.owner, r.reporter, r.reason, r.created FROM reports r JOIN posts p ON p.code = r.post \
         ORDER BY r.created, r.post, r.reporter LIMIT CAST($1 AS BIGINT)"
    );
    DELETE_REPORTS_OF = same!("DELETE FROM reports WHERE post = $1");

    INSERT_AUDIT = same!("INSERT INTO audit (at, actor, action, object, note) VALUES ($1, $2, $3, $4, $5)");
    LIST_AUDIT_OF = same!(
        "SELECT id, at, actor, action, object, note FROM audit WHERE ", audit_filter!(), " ORDER BY id DESC LIMIT CAST($4 AS BIGINT) OFFSET $5"
    );
    COUNT_AUDIT_OF = same!("SELECT COUNT(*) FROM audit WHERE ", audit_filter!());

    SEARCH_USERS = same!(
        "SELECT ", user_columns!(), ", (SELECT COUNT(*) FROM profiles p WHERE p.owner = u.id AND p.deleted_at IS NULL) AS profiles, ",
        reason!("user", "u.id", "u.is_suspended"), " FROM users u WHERE ", user_matches!(),
        " ORDER BY u.created DESC, u.id LIMIT CAST($2 AS BIGINT) OFFSET $3"
    );
    COUNT_USERS_FOUND = same!("SELECT COUNT(*) FROM users u WHERE ", user_matches!());
    SEARCH_PROFILES = same!(
        "SELECT ", profile_columns!(), ", ", user_columns!(),
        ", (SELECT CAST(COALESCE(SUM(d.views), 0) AS BIGINT) FROM view_days d WHERE d.profile = p.id) AS views, \
         (SELECT o.checked_at FROM proofs o WHERE o.profile = p.id AND o.domain = p.domain) AS checked_at, ",
        reason!("profile", "p.id", "p.is_suspended"), " FROM profiles p JOIN users u ON u.id = p.owner WHERE ",
        profile_matches!(), " ORDER BY p.domain LIMIT CAST($2 AS BIGINT) OFFSET $3"
    );
    COUNT_PROFILES_FOUND =
        same!("SELECT COUNT(*) FROM profiles p JOIN users u ON u.id = p.owner WHERE ", profile_matches!());
    LIST_REPORTED_POSTS =
        same!("SELECT post FROM reports GROUP BY post ORDER BY MAX(created) DESC, post LIMIT CAST($1 AS BIGINT) OFFSET $2");
    COUNT_REPORTED_POSTS = same!("SELECT COUNT(DISTINCT post) FROM reports");
    LIST_HIDDEN_POSTS =
        same!("SELECT code FROM posts WHERE is_moderated ORDER BY created DESC, code LIMIT CAST($1 AS BIGINT) OFFSET $2");
    COUNT_HIDDEN_POSTS = same!("SELECT COUNT(*) FROM posts WHERE is_moderated");
    LIST_REPORTS_OF = same!(
        "SELECT ", user_columns!(), ", r.reason, r.created AS reported FROM reports r JOIN users u ON u.id = r.reporter \
         WHERE r.post = $1 ORDER BY r.created DESC, r.reporter LIMIT CAST($2 AS BIGINT)"
    );
    COUNT_BADGES = same!(
        "SELECT COUNT(CASE WHEN is_verified THEN 1 END) AS verified, COUNT(CASE WHEN is_staff THEN 1 END) AS staff, \
         COUNT(CASE WHEN is_partner THEN 1 END) AS partner, COUNT(CASE WHEN bug_hunter_tier = 1 THEN 1 END) AS bug_hunter, \
         COUNT(CASE WHEN bug_hunter_tier = 2 THEN 1 END) AS elite_bug_hunter, \
         COUNT(CASE WHEN is_translator THEN 1 END) AS translator, \
         COUNT(CASE WHEN plan <> 'free' AND (plan_expires_at IS NULL OR plan_expires_at > $1) THEN 1 END) AS plus FROM users"
    );
    COUNT_EVERYTHING = same!(
        "SELECT (SELECT COUNT(*) FROM users) AS users, (SELECT COUNT(*) FROM profiles p WHERE p.deleted_at IS NULL) AS profiles, \
         (SELECT COUNT(*) FROM posts) AS uploads, (SELECT COUNT(*) FROM inbox) AS messages"
    );
    LIST_AUDIT = same!("SELECT at, actor, action, object, note FROM audit ORDER BY id DESC LIMIT CAST($1 AS BIGINT)");

    // An import. First what the rows take the place of is cleared away, then what is still in the way is a conflict.
    FORGET_SECRETS = of_rows!("DELETE FROM secrets WHERE owner IN (SELECT value->>'id' FROM ", ")");
    TAKEN_KEYS = of_rows!(
        "SELECT CAST(value->>'index' AS BIGINT), value->>'field' FROM ",
        " JOIN secrets s ON s.lookup = value->>'lookup' ORDER BY 1 LIMIT 1"
    );
    INSERT_SECRETS = of_rows!(
        "INSERT INTO secrets (owner, kind, sealed, lookup) SELECT value->>'owner', value->>'kind', \
         value->>'sealed', value->>'lookup' FROM ",
        " WHERE true"
    );
    FORGET_BLOCKS = of_rows!(
        "DELETE FROM blocks WHERE owner IN (SELECT value->>'owner' FROM ",
        ") AND (owner, target) NOT IN (SELECT value->>'owner', value->>'target' FROM ",
        " WHERE value->>'target' IS NOT NULL)"
    );
    INSERT_BLOCKS = of_rows!(
        "INSERT INTO blocks (owner, target, created) SELECT value->>'owner', value->>'target', \
         CAST(value->>'created' AS BIGINT) FROM ",
        " WHERE value->>'target' IS NOT NULL ON CONFLICT DO NOTHING"
    );
    MISSING_OWNERS = of_rows!(
        "SELECT CAST(value->>'index' AS BIGINT), 'owner' FROM ",
        " WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = value->>'owner') ORDER BY 1 LIMIT 1"
    );
    PARK_DOMAINS = of_rows!(
        "UPDATE profiles SET domain = '!' || id WHERE id IN (SELECT value->>'profile_id' FROM ",
        ")"
    );
    TAKEN_DOMAINS = of_rows!(
        "SELECT CAST(value->>'index' AS BIGINT), 'domain' FROM ",
        " JOIN profiles p ON p.domain = value->>'domain' ORDER BY 1 LIMIT 1"
    );
    FORGET_FILES = of_rows!("DELETE FROM files WHERE post IN (SELECT value->>'code' FROM ", ")");
    TAKEN_FILES = of_rows!(
        "SELECT CAST(value->>'index' AS BIGINT), 'files' FROM ",
        " JOIN files f ON f.owner = value->>'owner' AND f.name = value->>'name' ORDER BY 1 LIMIT 1"
    );
}
