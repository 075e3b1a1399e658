-- Posthorn's PostgreSQL store, version 8: messages of several processes, read in order.
-- Oldest program: 7

-- Whether the process gives its partitions away and takes none: it is asked to, or about to end.
ALTER TABLE posthorn.heartbeat ADD COLUMN draining boolean NOT NULL DEFAULT false;

-- An id that the process has passed: what it commits from now on has greater ids. NULL: unknown,
-- since its program is older.
ALTER TABLE posthorn.heartbeat ADD COLUMN settled bigint;
