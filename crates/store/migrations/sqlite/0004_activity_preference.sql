-- What a user wants of the choice between activities, as JSON; none for the rule that is everybody's.
ALTER TABLE users ADD COLUMN activity_preference TEXT;
