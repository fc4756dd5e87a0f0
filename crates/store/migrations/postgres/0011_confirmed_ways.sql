-- Whether the owner has confirmed that a mail address is theirs; until then nothing is sent on to it. Addresses from before
-- count as confirmed, and the other ways need it not.
ALTER TABLE contact_ways ADD COLUMN is_confirmed BOOLEAN NOT NULL DEFAULT TRUE;
