-- Posthorn's SQLite store, version 2: what a message was sent with shows afterwards.

ALTER TABLE message ADD COLUMN deliver_at INTEGER; -- NULL: at once

-- Payloads that go before their messages do, by the time when they are to go.
CREATE TABLE payload_end (
  due INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (due, message)
) WITHOUT ROWID;

PRAGMA user_version = 2;
