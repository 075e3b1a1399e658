-- Posthorn's SQLite store, version 2: what a message was sent with shows afterwards.

ALTER TABLE message ADD COLUMN deliver_at INTEGER; -- NULL: at once

PRAGMA user_version = 2;
