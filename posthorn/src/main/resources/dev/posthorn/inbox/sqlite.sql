-- The inbox of Posthorn for SQLite 3.35 or later.
-- Messages that send(connection, message) writes in your transaction wait here until Posthorn has
-- stored them. docs/guides/transactions.md describes the columns.
CREATE TABLE posthorn_inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  application TEXT NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  payload_key INTEGER,
  content_type TEXT DEFAULT 'application/json' NOT NULL,
  channels TEXT,
  tags TEXT,
  event_id TEXT,
  deliver_at INTEGER,
  expires_at INTEGER,
  payload_retention INTEGER,
  sender_times TEXT,
  traceparent TEXT,
  tracestate TEXT,
  created_at INTEGER DEFAULT 0 NOT NULL,
  retry_at INTEGER DEFAULT 0,
  tries INTEGER DEFAULT 0 NOT NULL,
  problem TEXT
);
CREATE INDEX posthorn_inbox_by_retry ON posthorn_inbox (retry_at, id);
