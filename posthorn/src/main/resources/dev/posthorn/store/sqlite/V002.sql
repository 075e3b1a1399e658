-- Posthorn's SQLite store, version 2: what a message was sent with shows afterwards; payloads and
-- messages that go before the others do.

ALTER TABLE message ADD COLUMN deliver_at INTEGER; -- NULL: at once

-- Payloads that go before their messages do, by the time when they are to go.
CREATE TABLE payload_end (
  due INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (due, message)
) WITHOUT ROWID;

-- For how long an environment keeps its messages, in milliseconds; NULL: as long as the store does.
ALTER TABLE environment ADD COLUMN retention INTEGER;
CREATE INDEX environment_by_retention ON environment (retention) WHERE retention IS NOT NULL;

PRAGMA user_version = 2;
