-- Posthorn's SQLite store, version 4: that an endpoint is to be left alone, or is spared since it
-- fails, outlasts a restart.

ALTER TABLE lane_state ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0; -- it asked for that
ALTER TABLE lane_state ADD COLUMN pause INTEGER NOT NULL DEFAULT 0; -- of its circuit breaker, in milliseconds; 0: closed
ALTER TABLE lane_state ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0; -- when that is over

PRAGMA user_version = 4;
