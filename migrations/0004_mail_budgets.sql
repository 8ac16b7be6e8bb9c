-- Letters are counted by mailbox and kind, so that nobody can flood one: the case-folded address, whatever its spelling.
ALTER TABLE outbox ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';

CREATE INDEX outbox_by_mailbox ON outbox (mailbox, kind, created_at);
