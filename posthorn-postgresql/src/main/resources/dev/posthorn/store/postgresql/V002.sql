-- Messages, deliveries, attempts and settings.
--
-- Ids are numbers that grow with time: 42 bits of milliseconds since 1970, then 21 bits of sequence.
-- Times are milliseconds since 1970, UTC. Lists and maps are JSON text; NULL where there is nothing.
-- Numbers for states and kinds are explained where they stand. In texts, U+FFFF and four hexadecimal
-- digits stand for a UTF-16 unit that PostgreSQL cannot store: NUL, half of a surrogate pair, U+FFFF
-- itself. Keys are compared byte by byte (COLLATE "C"), so no index depends on the operating system.
--
-- Everything that belongs to an application has its partition, a hash of the application's id from
-- 0 to 255, as the first column of its key. (These partitions share tables. The tables message and
-- attempt are themselves divided, by time: "partitioned" in PostgreSQL's sense.)

-- The highest ids that were used: each batch adds a row, upkeep removes all but the greatest. One
-- row that every batch updates would grow slow while a long transaction is open.
CREATE TABLE posthorn.id_floor (
  id bigint PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- Messages, appended by id.
CREATE TABLE posthorn.message (
  id bigint NOT NULL,
  application bigint NOT NULL,
  deliver_at bigint, -- NULL: at once
  partition smallint NOT NULL,
  type text NOT NULL,
  channels text,
  tags text,
  event_id text COLLATE "C", -- the sender's
  content_type text NOT NULL,
  targets bytea NOT NULL, -- ids of the endpoints it was for, 8 bytes each, the highest byte first
  body bytea, -- NULL: expunged
  PRIMARY KEY (partition, id)
) PARTITION BY RANGE (id);
CREATE TABLE posthorn.message_default PARTITION OF posthorn.message DEFAULT;
CREATE INDEX message_by_application ON posthorn.message (partition, application, id);
CREATE INDEX message_by_event ON posthorn.message (partition, application, event_id, id)
  WHERE event_id IS NOT NULL;

-- Waiting deliveries that the process also holds in memory: due at once, no attempt made yet. Rows
-- come and go all the time, and are read only at the start.
CREATE TABLE posthorn.hot (
  id bigint NOT NULL,
  endpoint bigint NOT NULL,
  message bigint NOT NULL,
  due bigint NOT NULL,
  deadline bigint NOT NULL,
  partition smallint NOT NULL,
  PRIMARY KEY (partition, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);

-- Deliveries that wait for their time: retries, scheduled ones, and those that found no room in
-- memory.
CREATE TABLE posthorn.parked (
  endpoint bigint NOT NULL,
  due bigint NOT NULL,
  id bigint NOT NULL,
  message bigint NOT NULL,
  not_before bigint NOT NULL,
  deadline bigint NOT NULL,
  attempts integer NOT NULL,
  partition smallint NOT NULL,
  kind smallint NOT NULL, -- as attempt.kind
  PRIMARY KEY (partition, endpoint, due, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
CREATE INDEX parked_by_message ON posthorn.parked (partition, message, endpoint);
CREATE INDEX parked_by_deadline ON posthorn.parked (partition, deadline);

-- Attempts, appended by id.
CREATE TABLE posthorn.attempt (
  id bigint NOT NULL,
  message bigint NOT NULL,
  delivery bigint NOT NULL,
  endpoint bigint NOT NULL,
  next_due bigint, -- NULL: none
  spent integer NOT NULL,
  dns integer, -- this and the next four in microseconds; NULL: 0
  connect integer,
  tls integer,
  first_byte integer,
  total integer,
  status integer NOT NULL,
  partition smallint NOT NULL,
  kind smallint NOT NULL, -- 0 scheduled, 1 replay, 2 test, 3 none: the delivery ended without one,
  -- 4 recovery
  state smallint NOT NULL, -- of the delivery after it: 0 waiting, 1 succeeded, 2 failed, 3 canceled
  error text,
  excerpt bytea,
  PRIMARY KEY (partition, id)
) PARTITION BY RANGE (id);
CREATE TABLE posthorn.attempt_default PARTITION OF posthorn.attempt DEFAULT;
CREATE INDEX attempt_by_message ON posthorn.attempt (partition, message, id);
CREATE INDEX attempt_by_endpoint ON posthorn.attempt (partition, endpoint, id);

-- Counts of each endpoint's attempts in each hour. Manual tests do not count. They are added up
-- behind the commits: attempts with an id above hour_progress.counted_to are not in them yet.
CREATE TABLE posthorn.endpoint_hour (
  endpoint bigint NOT NULL,
  succeeded bigint NOT NULL,
  failed bigint NOT NULL,
  cancelled bigint NOT NULL,
  attempts bigint NOT NULL,
  failed_attempts bigint NOT NULL,
  hour integer NOT NULL, -- hours since 1970
  partition smallint NOT NULL,
  PRIMARY KEY (partition, hour, endpoint)
) WITH (fillfactor = 70);
CREATE TABLE posthorn.hour_progress (
  partition smallint PRIMARY KEY,
  counted_to bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO posthorn.hour_progress(partition, counted_to)
SELECT number, -1 FROM generate_series(0, 255) AS number;

-- Payloads that are removed before their messages are.
CREATE TABLE posthorn.payload_end (
  partition smallint NOT NULL,
  due bigint NOT NULL,
  message bigint NOT NULL,
  PRIMARY KEY (partition, due, message)
);
CREATE INDEX payload_end_by_due ON posthorn.payload_end (due);

-- Deliveries up to an id that somebody canceled. A row stays until none of them waits any more.
CREATE TABLE posthorn.cancel_mark (
  partition smallint NOT NULL,
  message bigint NOT NULL, -- 0: all of the endpoint
  endpoint bigint NOT NULL, -- 0: all that the message is for
  up_to bigint NOT NULL, -- the greatest id of a delivery that it covers
  PRIMARY KEY (partition, message, endpoint)
);

-- Keys that were used. Their partition is a hash of the scope.
CREATE TABLE posthorn.dedupe (
  message bigint NOT NULL,
  expires bigint NOT NULL,
  partition smallint NOT NULL,
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  answer bytea,
  PRIMARY KEY (partition, scope, key)
);
CREATE INDEX dedupe_by_expiry ON posthorn.dedupe (expires);

-- Settings.
CREATE TABLE posthorn.environment (
  id bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  retention_millis bigint NOT NULL -- of its messages; 0: that of the store
);

CREATE TABLE posthorn.token (
  id bigint PRIMARY KEY,
  environment bigint NOT NULL,
  application bigint NOT NULL, -- 0: the whole environment
  kind integer NOT NULL, -- 0 API key, 1 portal, 2 revoked
  scopes text,
  expires bigint NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE, -- SHA-256 of the token
  hint text NOT NULL,
  created bigint NOT NULL
);

CREATE TABLE posthorn.event_type (
  environment bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text NOT NULL,
  schemas text,
  archived boolean NOT NULL,
  deprecated boolean NOT NULL,
  feature_flags text,
  group_name text,
  retry_waits text,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  PRIMARY KEY (environment, name)
);

CREATE TABLE posthorn.setting (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

-- Background work.
CREATE TABLE posthorn.task (
  id bigint PRIMARY KEY,
  environment bigint NOT NULL,
  application bigint NOT NULL, -- 0: the whole environment
  type text NOT NULL,
  status text NOT NULL, -- running, finished, failed
  data text NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL
);
CREATE INDEX task_by_environment ON posthorn.task (environment, id);
CREATE INDEX task_running ON posthorn.task (id) WHERE status = 'running';

CREATE TABLE posthorn.application (
  partition smallint NOT NULL,
  id bigint NOT NULL,
  environment bigint NOT NULL,
  uid text,
  name text NOT NULL,
  rate_limit integer NOT NULL,
  metadata text,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  PRIMARY KEY (partition, id)
);

-- The uids of applications, unique within their environment, whatever their partitions.
CREATE TABLE posthorn.application_uid (
  application bigint PRIMARY KEY,
  environment bigint NOT NULL,
  uid text COLLATE "C" NOT NULL,
  UNIQUE (environment, uid)
);

-- Applications that were removed and may have messages left.
CREATE TABLE posthorn.removed_application (
  partition smallint NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (partition, id)
);

CREATE TABLE posthorn.endpoint (
  partition smallint NOT NULL,
  id bigint NOT NULL,
  application bigint NOT NULL,
  uid text COLLATE "C",
  url text NOT NULL,
  description text NOT NULL,
  event_types text,
  channels text,
  metadata text,
  ordered boolean NOT NULL,
  rate_limit integer NOT NULL,
  concurrency integer NOT NULL,
  timeout_millis integer NOT NULL,
  retry_waits text,
  wire_format text NOT NULL,
  state integer NOT NULL, -- 0 enabled, 1 paused, 2 disabled, 3 disabled: failing, 4 disabled: gone
  created bigint NOT NULL,
  updated bigint NOT NULL,
  PRIMARY KEY (partition, id)
);
CREATE UNIQUE INDEX endpoint_by_uid ON posthorn.endpoint (partition, application, uid)
  WHERE uid IS NOT NULL;

CREATE TABLE posthorn.secret (
  partition smallint NOT NULL,
  endpoint bigint NOT NULL,
  slot integer NOT NULL, -- -2 server CA, -1 client certificate and its key, 0 custom headers,
  -- from 1 up signing secrets, the oldest first
  key_id integer NOT NULL,
  ciphertext bytea NOT NULL,
  expires bigint NOT NULL,
  PRIMARY KEY (partition, endpoint, slot)
);

CREATE TABLE posthorn.lane_state (
  partition smallint NOT NULL,
  endpoint bigint NOT NULL,
  failing_since bigint NOT NULL,
  held_until bigint NOT NULL, -- it asked for no attempts until then
  pause_millis bigint NOT NULL, -- of its circuit breaker; 0: closed
  paused_until bigint NOT NULL,
  PRIMARY KEY (partition, endpoint)
) WITH (fillfactor = 70);

CREATE TABLE posthorn.consumer (
  partition smallint NOT NULL,
  endpoint bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  position bigint NOT NULL, -- it has all messages up to this id
  updated bigint NOT NULL,
  PRIMARY KEY (partition, endpoint, name)
) WITH (fillfactor = 70);
