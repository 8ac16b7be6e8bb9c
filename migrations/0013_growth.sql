-- What is looked for often is found without walking past what is not. An ended private token stays until its time is over, and
-- there may be years of them: they come to be swept in the order in which they may go.
DROP INDEX tokens_by_end;
CREATE INDEX tokens_by_end ON tokens (iif(kind = 'private', max(ended_at, expires_at), ended_at)) WHERE ended_at IS NOT NULL;

-- Letters given up are counted by reason.
DROP INDEX outbox_parked;
CREATE INDEX outbox_parked ON outbox (refused, dead_at) WHERE dead_at IS NOT NULL;

-- What KV is to be told of users who left is looked for every minute, and those it has been told of may stay for years.
CREATE INDEX departures_to_mark ON departures (access_until) WHERE mark_pending = 1;
