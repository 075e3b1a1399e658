-- Ownership: the process that may write, and the time until which it may.
-- Oldest program: 1

-- A running process. Each writing transaction of it begins by locking its row FOR SHARE; whoever
-- takes over from it increments the epoch, which waits for such a transaction and fails all later
-- ones. host is for people: the machine and the process.
CREATE TABLE posthorn.node (
    id      bigint      NOT NULL PRIMARY KEY,
    slot    integer     NOT NULL UNIQUE,
    epoch   bigint      NOT NULL,
    host    text        NOT NULL,
    url     text,
    version text        NOT NULL,
    started timestamptz NOT NULL
);

-- The end of a process's lease, by the clock of the database. Apart from the node, because a
-- renewal must not wait for a running transaction. duration_ms is what each renewal adds: a row
-- that has not changed for that long is over, whatever the clock says.
CREATE TABLE posthorn.heartbeat (
    node        bigint      NOT NULL PRIMARY KEY,
    expires     timestamptz NOT NULL,
    duration_ms integer     NOT NULL
) WITH (fillfactor = 10);

-- The owner of each partition; null if nobody owns it.
CREATE TABLE posthorn.assignment (
    partition integer NOT NULL PRIMARY KEY CHECK (partition BETWEEN 0 AND 255),
    node      bigint
);

INSERT INTO posthorn.assignment (partition)
SELECT number FROM generate_series(0, 255) AS number;
