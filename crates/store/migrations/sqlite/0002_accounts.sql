-- A user's e-mail address is sealed as keys are. SQLite changes no CHECK in place.
CREATE TABLE secrets_new (
    owner  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('relay', 'api', 'music', 'email')),
    sealed TEXT NOT NULL,
    lookup TEXT UNIQUE,
    PRIMARY KEY (owner, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO secrets_new SELECT owner, kind, sealed, lookup FROM secrets;
DROP TABLE secrets;
ALTER TABLE secrets_new RENAME TO secrets;

-- Names are taken whatever their case. An import may bring the same one twice, so the index is not unique.
CREATE INDEX users_username ON users (lower(username));

-- What users say about posts: once for each user and post.
CREATE TABLE reports (
    post     TEXT    NOT NULL REFERENCES posts (code) ON DELETE CASCADE,
    reporter TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason   TEXT,
    created  INTEGER NOT NULL,
    PRIMARY KEY (post, reporter)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_created ON reports (created, post, reporter);
CREATE INDEX reports_reporter ON reports (reporter);

-- Why an operator hid a post, for its owner.
ALTER TABLE posts ADD COLUMN moderation_note TEXT;
