-- The browser a session began in, by the id in a cookie of its own; sessions of other clients have none. What strangers fail
-- at elsewhere does not count on a device the account knows: one whose last session nobody has ended from elsewhere, until
-- some time after it must be over.
ALTER TABLE sessions ADD COLUMN device TEXT CHECK (device IS NULL OR length(device) = 36);

CREATE INDEX sessions_by_device ON sessions (user_id, device, created_at) WHERE device IS NOT NULL;
