-- Posthorn's SQLite store, version 10: messages whose senders chose their public ids.

-- NULL: the public id is made of the id. message_by_event also has rows for these public ids; their
-- key is that of an event id of the application 0, which does not exist.
ALTER TABLE message ADD COLUMN public_id TEXT;

PRAGMA user_version = 10;
