-- What strangers may have the service write, counted by network block and for the whole service within a window. `op` names the
-- request that was counted last, so that the other statements of its batch know that it was.
CREATE TABLE quotas (
  id         TEXT    NOT NULL PRIMARY KEY,
  spent      INTEGER NOT NULL CHECK (spent > 0),
  expires_at INTEGER NOT NULL,
  op         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX quotas_by_expiry ON quotas (expires_at);

-- The network that asked. Registrations that wait are capped for an address and a network together.
ALTER TABLE registrations ADD COLUMN network TEXT NOT NULL DEFAULT '';

-- A registration that its mailbox's owner has declined goes on waiting for everybody else: its early end would tell whoever
-- wrote it that the address had no account.
ALTER TABLE registrations ADD COLUMN declined_at INTEGER;
ALTER TABLE registrations ADD COLUMN decline_op TEXT CHECK (decline_op IS NULL OR declined_at IS NOT NULL);

-- Emails are counted by mailbox without its subaddress (`ada+shop@` is `ada@`), and by the network that asked for them. One
-- over the budget is withheld until the window opens, and stands for all that follow it.
ALTER TABLE outbox ADD COLUMN counted_as TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0 CHECK (withheld IN (0, 1));

-- What waits for an address, network by network.
CREATE INDEX registrations_by_asker ON registrations (email_folded, network, created_at);

CREATE INDEX outbox_by_budget ON outbox (counted_as, kind, created_at);

-- A code is written down before KV has it, and can be tried once KV has. Codes are counted by the network that asked, too.
ALTER TABLE codes ADD COLUMN ready INTEGER NOT NULL DEFAULT 1 CHECK (ready IN (0, 1));
ALTER TABLE codes ADD COLUMN asked_from TEXT NOT NULL DEFAULT '';
