-- Where an owner wants messages brought, and on which ways any are taken. The target is sealed as keys are.
CREATE TABLE contact_ways (
    owner      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    channel    TEXT    NOT NULL CHECK (channel IN ('email', 'discord', 'sms')),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    sealed     TEXT,
    PRIMARY KEY (owner, channel)
) STRICT, WITHOUT ROWID;

-- What visitors wrote. A message stays when its page is gone, so `profile` is no reference. `due_at` is when a message
-- that waits is tried next.
CREATE TABLE inbox (
    id       TEXT    NOT NULL PRIMARY KEY,
    owner    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    profile  TEXT    NOT NULL,
    domain   TEXT    NOT NULL,
    channel  TEXT    NOT NULL CHECK (channel IN ('email', 'discord', 'sms')),
    name     TEXT,
    reply_to TEXT,
    message  TEXT    NOT NULL,
    created  INTEGER NOT NULL,
    is_read  INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    delivery TEXT    NOT NULL CHECK (delivery IN ('waiting', 'sent', 'failed', 'none')),
    attempts INTEGER NOT NULL,
    due_at   INTEGER
) STRICT;

CREATE INDEX inbox_owner ON inbox (owner, created DESC, id);
CREATE INDEX inbox_unread ON inbox (owner) WHERE NOT is_read;
CREATE INDEX inbox_due ON inbox (due_at) WHERE delivery = 'waiting';
