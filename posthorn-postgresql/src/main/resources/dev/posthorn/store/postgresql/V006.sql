-- Posthorn's PostgreSQL store, version 6: processes that have crashed.

-- The boot of the machine, the namespace of process ids, the user, the process id, and the start of
-- a process: whoever starts on the same machine can tell that it has ended. NULL: unknown.
ALTER TABLE posthorn.node ADD COLUMN process text;
