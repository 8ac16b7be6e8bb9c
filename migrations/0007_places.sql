-- Where a sign-in came from, coarsely ("Lyon, FR"), for the list of one's sessions; empty where nobody knows.
ALTER TABLE sessions ADD COLUMN place TEXT NOT NULL DEFAULT '';
