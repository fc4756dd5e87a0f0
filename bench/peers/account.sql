\set id 100000000000000000 + random(0, {users} - 1)
SELECT u.id, u.username, u.nickname, u.bio, u.avatar, u.banner, u.socials, u.created, u.is_verified, u.is_staff, u.is_partner, u.bug_hunter_tier, u.is_translator, u.is_suspended, u.theme, u.custom_embed, u.plan, u.plan_status, u.plan_started_at, u.plan_expires_at, u.cancel_at_period_end, u.is_gifted, u.usage_used, u.usage_started_at, u.shares_presence, u.is_music_enabled FROM users u WHERE u.id = :id;
SELECT target, created FROM blocks WHERE owner = :id ORDER BY created DESC, target LIMIT 1000;
SELECT code, file, title, description, created, is_album FROM posts WHERE owner = :id AND privacy = 'public' AND NOT is_moderated ORDER BY created DESC, code LIMIT 50;
