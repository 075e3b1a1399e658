-- Posthorn's PostgreSQL store, version 5: what one process commits for another one's partitions.

-- Tells the owner of a partition what another process has committed there, in the same transaction:
-- deliveries that wait in parked, a cancellation, a task. The owner reads the rows of its partitions
-- and removes them by their keys, so one that is committed late is not missed.
CREATE TABLE posthorn.handoff (
  id bigint NOT NULL,
  subject bigint NOT NULL, -- the first delivery; the message, 0: all of the endpoint; the task
  place bigint NOT NULL, -- the due time; the greatest id of the deliveries that are canceled
  partition smallint NOT NULL,
  kind smallint NOT NULL, -- 0 deliveries, 1 cancellation, 2 task
  endpoints bytea NOT NULL, -- 8 bytes each, the highest byte first
  PRIMARY KEY (partition, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);

-- The last batch with such rows of each process, by its slot, or -1 if it is alone: a batch is
-- committed again if its result was unknown, and the owner may have removed its rows by then.
CREATE TABLE posthorn.batch_mark (
  slot integer PRIMARY KEY,
  mark uuid NOT NULL
) WITH (fillfactor = 10);
