-- Whom an act was done to, where an administrator did it: `user_id` says who did. No foreign key: entries outlive accounts.
ALTER TABLE audit ADD COLUMN target_id TEXT CHECK (target_id IS NULL OR length(target_id) = 36);

CREATE INDEX audit_by_target ON audit (target_id, at) WHERE target_id IS NOT NULL;

-- Whether somebody else still administers is asked in the statement that could take the last one's role away.
CREATE INDEX users_who_administer ON users (id) WHERE role = 'admin';
