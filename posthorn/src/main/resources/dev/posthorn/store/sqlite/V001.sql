-- Posthorn's SQLite store, version 1.
--
-- Ids are integers that grow with time. Times are milliseconds since 1970, UTC. Lists and maps are
-- JSON text; NULL where there is nothing. Numbers for states and kinds are explained where they stand.
-- Each script sets its number as the last thing; run it in a transaction.

PRAGMA application_id = 1349481320; -- 'Posh': the mark of a Posthorn store

-- How far the store's own work has come. One row.
CREATE TABLE progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id_floor INTEGER NOT NULL,        -- the highest id that was ever used
  messages_indexed INTEGER NOT NULL, -- message_by_application and message_by_event hold every message up to this id
  attempts_indexed INTEGER NOT NULL, -- attempt_by_message and attempt_by_endpoint, every attempt
  messages_retained INTEGER NOT NULL, -- messages up to this id are gone, or held by a live row
  attempts_retained INTEGER NOT NULL  -- attempts up to this id are gone, or those of a held message
);
INSERT INTO progress VALUES (1, 0, 0, 0, 0, 0);

-- Messages, appended by id.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  application INTEGER NOT NULL,
  type TEXT NOT NULL,
  channels TEXT,
  tags TEXT,
  event_id TEXT,
  content_type TEXT NOT NULL,
  targets BLOB NOT NULL, -- ids of the endpoints it was for, 8 bytes each, the highest byte first
  body BLOB -- NULL: expunged
);

-- Deliveries that wait, as the process holds them in memory: due at once, no attempt made yet.
CREATE TABLE hot (
  id INTEGER PRIMARY KEY,
  endpoint INTEGER NOT NULL,
  message INTEGER NOT NULL,
  due INTEGER NOT NULL,
  deadline INTEGER NOT NULL
);

-- Deliveries that wait for their time: retries, scheduled ones, and what found no room in memory.
CREATE TABLE parked (
  endpoint INTEGER NOT NULL,
  due INTEGER NOT NULL,
  id INTEGER NOT NULL,
  message INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  kind INTEGER NOT NULL, -- as attempt.kind
  PRIMARY KEY (endpoint, due, id)
) WITHOUT ROWID;
CREATE INDEX parked_by_message ON parked (message);

-- Attempts, appended by id.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  message INTEGER NOT NULL,
  delivery INTEGER NOT NULL,
  endpoint INTEGER NOT NULL,
  kind INTEGER NOT NULL,  -- 0 scheduled, 1 replay, 2 test, 3 none: the delivery ended without one
  state INTEGER NOT NULL, -- of the delivery after it: 0 waiting, 1 succeeded, 2 failed, 3 cancelled
  spent INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error TEXT,
  dns INTEGER NOT NULL, -- this and the next four in microseconds
  connect INTEGER NOT NULL,
  tls INTEGER NOT NULL,
  first_byte INTEGER NOT NULL,
  total INTEGER NOT NULL,
  excerpt BLOB,
  next_due INTEGER NOT NULL
);

-- Indexes of the history. They are tables, since the store fills them behind the commits, sorted and
-- in slices: an index that each commit keeps up costs a page write a row. What is newer than
-- progress.*_indexed may not be in them yet.
CREATE TABLE message_by_application (
  application INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (application, id)
) WITHOUT ROWID;
CREATE TABLE message_by_event (
  event INTEGER NOT NULL, -- the first 8 bytes of SHA-256(application in 8 bytes, event_id in UTF-8)
  id INTEGER NOT NULL,
  PRIMARY KEY (event, id)
) WITHOUT ROWID;
CREATE TABLE attempt_by_message (
  message INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (message, id)
) WITHOUT ROWID;
CREATE TABLE attempt_by_endpoint (
  endpoint INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (endpoint, id)
) WITHOUT ROWID;

-- What happened to each endpoint in each hour: counts of the attempts in attempt_by_endpoint, and of
-- those that were there. Manual tests do not count.
CREATE TABLE endpoint_hour (
  hour INTEGER NOT NULL, -- hours since 1970
  endpoint INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failed_attempts INTEGER NOT NULL,
  PRIMARY KEY (hour, endpoint)
) WITHOUT ROWID;

-- Messages past progress.messages_retained that are to be looked at again: they lost a live row, or
-- came late.
CREATE TABLE retention_check (
  message INTEGER PRIMARY KEY
);

-- Keys that were used.
CREATE TABLE dedupe (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  hash BLOB NOT NULL,
  message INTEGER NOT NULL,
  answer BLOB,
  expires INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX dedupe_by_expiry ON dedupe (expires);

-- Settings.
CREATE TABLE environment (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);

CREATE TABLE token (
  id INTEGER PRIMARY KEY,
  environment INTEGER NOT NULL,
  application INTEGER NOT NULL, -- 0: the whole environment
  kind INTEGER NOT NULL, -- 0 API key, 1 portal, 2 revoked
  name TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE, -- SHA-256 of the token
  hint TEXT NOT NULL,
  scopes TEXT,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
);

CREATE TABLE application (
  id INTEGER PRIMARY KEY,
  environment INTEGER NOT NULL,
  uid TEXT,
  name TEXT NOT NULL,
  rate_limit INTEGER NOT NULL,
  metadata TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE UNIQUE INDEX application_by_uid ON application (environment, uid) WHERE uid IS NOT NULL;

CREATE TABLE endpoint (
  id INTEGER PRIMARY KEY,
  application INTEGER NOT NULL,
  uid TEXT,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  event_types TEXT,
  channels TEXT,
  ordered INTEGER NOT NULL,
  rate_limit INTEGER NOT NULL,
  concurrency INTEGER NOT NULL,
  timeout_millis INTEGER NOT NULL,
  retry_waits TEXT,
  wire_format TEXT NOT NULL,
  state INTEGER NOT NULL, -- 0 enabled, 1 paused, 2 disabled, 3 disabled: failing, 4 disabled: gone
  metadata TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE UNIQUE INDEX endpoint_by_uid ON endpoint (application, uid) WHERE uid IS NOT NULL;

CREATE TABLE secret (
  endpoint INTEGER NOT NULL,
  slot INTEGER NOT NULL, -- -2 server CA, -1 client certificate and its key, 0 custom headers,
  -- from 1 up signing secrets, the oldest first
  key_id INTEGER NOT NULL,
  ciphertext BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (endpoint, slot)
) WITHOUT ROWID;

CREATE TABLE lane_state (
  endpoint INTEGER PRIMARY KEY,
  failing_since INTEGER NOT NULL
);

CREATE TABLE event_type (
  environment INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  schemas TEXT,
  archived INTEGER NOT NULL,
  deprecated INTEGER NOT NULL,
  feature_flags TEXT,
  group_name TEXT,
  retry_waits TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (environment, name)
) WITHOUT ROWID;

-- Background work.
CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  environment INTEGER NOT NULL,
  application INTEGER NOT NULL, -- 0: the whole environment
  type TEXT NOT NULL,
  status TEXT NOT NULL, -- running, finished, failed
  data TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE INDEX task_by_environment ON task (environment, id);
CREATE INDEX task_running ON task (id) WHERE status = 'running';

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

PRAGMA user_version = 1;
