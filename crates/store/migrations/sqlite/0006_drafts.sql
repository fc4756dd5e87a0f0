-- What is shown stands in `content`; what its owner works on, in `draft`, which is null when the two are the same.
-- A scheduled page is public with `publish_at` ahead. A deleted one keeps its row, and its domain, until the sweep.
ALTER TABLE profiles ADD COLUMN publish_at INTEGER;
ALTER TABLE profiles ADD COLUMN deleted_at INTEGER;
ALTER TABLE profiles ADD COLUMN published_at INTEGER;
ALTER TABLE profiles ADD COLUMN edited_at INTEGER;
ALTER TABLE profiles ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE profiles ADD COLUMN draft TEXT;

CREATE INDEX profiles_deleted ON profiles (deleted_at) WHERE deleted_at IS NOT NULL;

-- What was published, the newest of each profile. `template` and `blocks` say what a list shows of the content.
CREATE TABLE versions (
    profile  TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    template TEXT    NOT NULL,
    blocks   INTEGER NOT NULL,
    content  TEXT    NOT NULL,
    PRIMARY KEY (profile, number)
) STRICT;

-- A profile that wants a domain of its owner's own, and what the DNS said when it was last asked. Several may want the
-- same one: only the proof decides.
CREATE TABLE claims (
    profile    TEXT    NOT NULL PRIMARY KEY REFERENCES profiles (id) ON DELETE CASCADE,
    domain     TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('waiting', 'proved', 'failed')),
    found      TEXT    NOT NULL,
    points     INTEGER CHECK (points IN (0, 1)),
    points_to  TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    checked_at INTEGER
) STRICT, WITHOUT ROWID;
