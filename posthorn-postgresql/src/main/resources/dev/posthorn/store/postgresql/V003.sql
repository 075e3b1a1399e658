-- Posthorn's PostgreSQL store, version 3: messages whose senders chose their public ids.

ALTER TABLE posthorn.message ADD COLUMN public_id text COLLATE "C"; -- NULL: made of the id
CREATE INDEX message_by_public_id ON posthorn.message (partition, public_id, id)
  WHERE public_id IS NOT NULL;
