-- Where an owner wants messages brought, and on which ways any are taken. The target is sealed as keys are.
CREATE TABLE contact_ways (
    owner TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('email', 'discord', 'sms')),
    is_enabled BOOLEAN NOT NULL,
    sealed TEXT,
    PRIMARY KEY (owner, channel)
);

-- What visitors wrote. A message stays when its page is gone, so `profile` is no reference. `due_at` is when a message
-- that waits is tried next.
CREATE TABLE inbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    profile TEXT COLLATE "C" NOT NULL,
    domain TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('email', 'discord', 'sms')),
    name TEXT,
    reply_to TEXT,
    message TEXT NOT NULL,
    created BIGINT NOT NULL,
    is_read BOOLEAN NOT NULL,
    delivery TEXT COLLATE "C" NOT NULL CHECK (delivery IN ('waiting', 'sent', 'failed', 'none')),
    attempts BIGINT NOT NULL,
    due_at BIGINT
);

CREATE INDEX inbox_owner ON inbox (owner, created DESC, id);
CREATE INDEX inbox_unread ON inbox (owner) WHERE NOT is_read;
CREATE INDEX inbox_due ON inbox (due_at) WHERE delivery = 'waiting';
