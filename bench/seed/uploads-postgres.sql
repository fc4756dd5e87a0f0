-- The same as in uploads-sqlite.sql.
INSERT INTO posts (code, owner, privacy, title, description, created, is_moderated, views, file, is_album)
SELECT lpad(to_hex(i), 8, '0'), (100000000000000000 + i % {users})::text, 'public',
       CASE WHEN i % 3 = 0 THEN 'Upload ' || i END, NULL, 1767519000000 + i::bigint * 1000, false, 0,
       lpad(to_hex(i), 32, '0') || '.png', false
FROM generate_series(0, {uploads} - 1) AS i;
