-- A user's e-mail address is sealed as keys are.
ALTER TABLE secrets DROP CONSTRAINT secrets_kind_check;
ALTER TABLE secrets ADD CONSTRAINT secrets_kind_check CHECK (kind IN ('relay', 'api', 'music', 'email'));

-- Names are taken whatever their case. An import may bring the same one twice, so the index is not unique.
CREATE INDEX users_username ON users (lower(username));

-- What users say about posts: once for each user and post.
CREATE TABLE reports (
    post     TEXT COLLATE "C" NOT NULL REFERENCES posts (code) ON DELETE CASCADE,
    reporter TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason   TEXT,
    created  BIGINT NOT NULL,
    PRIMARY KEY (post, reporter)
);

CREATE INDEX reports_created ON reports (created, post, reporter);
CREATE INDEX reports_reporter ON reports (reporter);

-- Why an operator hid a post, for its owner.
ALTER TABLE posts ADD COLUMN moderation_note TEXT;
