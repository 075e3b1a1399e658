-- Posthorn's PostgreSQL store, version 7: processes that share the partitions.

-- Whether the process takes partitions. One that has just joined, or is about to leave, does not.
ALTER TABLE posthorn.heartbeat ADD COLUMN claims boolean NOT NULL DEFAULT true;

-- The time since which a partition has its owner, or none; NULL: unknown.
ALTER TABLE posthorn.assignment ADD COLUMN since timestamptz;
