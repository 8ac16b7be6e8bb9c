-- The language a person has chosen, as a tag (RFC 5646); NULL leaves it to their browser. No check names the languages: the
-- next one would need a new table, and a tag that the code does not know counts as none.
ALTER TABLE users ADD COLUMN language TEXT;
