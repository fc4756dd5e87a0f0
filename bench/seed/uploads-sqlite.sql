-- {uploads} public uploads, as many for each of {users} users, spread over the table as they would come in.
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2000000;
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < {uploads})
INSERT INTO posts (code, owner, privacy, title, description, created, is_moderated, views, file, is_album)
SELECT printf('%08x', i), CAST(100000000000000000 + i % {users} AS TEXT), 'public',
       CASE WHEN i % 3 = 0 THEN 'Upload ' || i END, NULL, 1767519000000 + i * 1000, 0, 0, printf('%032x', i) || '.png', 0
FROM numbers;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA optimize;
