-- The files of an upload under way, by name and with commas between: what a crash left of them is removed once the
-- reservation has lapsed.
ALTER TABLE reservations ADD COLUMN files TEXT NOT NULL DEFAULT '';
CREATE INDEX reservations_lapses ON reservations (lapses_at);
