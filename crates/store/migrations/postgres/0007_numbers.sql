-- What an owner sees of a page's visitors: counted by the hour, and by name on each UTC day. Written in the batches of
-- views, clicks and plays, so that a page of numbers reads a few hundred rows and not every view. `view_days` stays as it
-- is: it counts every recorded view, those of known programs too, which stand apart as `bots` here.
CREATE TABLE number_hours (
    profile  TEXT COLLATE "C" NOT NULL,
    hour     BIGINT NOT NULL,
    views    BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    bots     BIGINT NOT NULL,
    clicks   BIGINT NOT NULL,
    plays    BIGINT NOT NULL,
    PRIMARY KEY (profile, hour)
);

-- `kind` says what the name is: the host of a referrer, a device, a browser, a link's URL or a track's ISRC. The empty
-- name is a person who came by themselves, and `*` all further names of a day that had very many.
CREATE TABLE number_names (
    profile TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    day     BIGINT NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (profile, kind, day, name)
);
