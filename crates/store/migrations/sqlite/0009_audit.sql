-- What was done to something, and by whom: operators ask for both.
CREATE INDEX audit_object ON audit (object, id);
CREATE INDEX audit_actor ON audit (actor, id);
