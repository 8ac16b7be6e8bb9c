-- Addresses are found by a form in which a domain is spelled as the DNS spells it. Accounts from before, whose form is not in
-- ASCII, get theirs from cron: SQL has no way to make it. Once that is done this index is empty and stays so.
CREATE INDEX users_to_refold ON users (id) WHERE email_folded GLOB '*@*[^ -~]*';

-- SQL cannot write a NUL, so an export with one in it cannot be restored. Keys were the only thing that could be called so.
UPDATE tokens SET name = substr(name, 1, instr(name, char(0)) - 1) WHERE instr(name, char(0)) > 0;
