-- Posthorn's PostgreSQL store, version 4: the log by which all processes have the same settings.

-- The version of the settings: the number of batches that have changed some. One row. Whoever writes
-- a batch looks whether it has all changes; whoever changes settings updates the row, and so waits
-- for others that do so.
CREATE TABLE posthorn.settings_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL
) WITH (fillfactor = 10);

INSERT INTO posthorn.settings_head (version) VALUES (0);

-- The changes of each such batch: names and components of changes and rows, as JSON in ASCII.
-- Secrets in it are encrypted. Upkeep removes entries after an hour: whoever has not read them by
-- then reads all settings.
CREATE TABLE posthorn.settings_log (
  version bigint PRIMARY KEY,
  batch uuid NOT NULL, -- tells a batch that is committed again from another one
  written timestamptz NOT NULL DEFAULT clock_timestamp(),
  changes text NOT NULL
);
