-- Cron repeats the marks of clients that were disabled lately.
CREATE INDEX clients_by_disabled ON clients (disabled_at) WHERE disabled_at IS NOT NULL;
