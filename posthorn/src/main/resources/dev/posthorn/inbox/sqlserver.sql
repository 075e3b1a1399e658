-- The inbox of Posthorn for Microsoft SQL Server 2017 or later.
-- Messages that send(connection, message) writes in your transaction wait here until Posthorn has
-- stored them. docs/guides/transactions.md describes the columns.
CREATE TABLE posthorn_inbox (
  id BIGINT IDENTITY(1, 1) PRIMARY KEY,
  message_id VARCHAR(31) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
  application VARCHAR(256) NOT NULL,
  type VARCHAR(256) NOT NULL,
  payload VARBINARY(MAX) NOT NULL,
  payload_key INT,
  content_type VARCHAR(255) DEFAULT 'application/json' NOT NULL,
  channels VARCHAR(1300),
  tags VARCHAR(700),
  event_id VARCHAR(256),
  deliver_at BIGINT,
  expires_at BIGINT,
  payload_retention BIGINT,
  sender_times VARCHAR(100),
  traceparent VARCHAR(64),
  tracestate VARCHAR(512),
  created_at BIGINT DEFAULT 0 NOT NULL,
  retry_at BIGINT DEFAULT 0,
  tries INT DEFAULT 0 NOT NULL,
  problem NVARCHAR(1000)
);
CREATE INDEX posthorn_inbox_by_retry ON posthorn_inbox (retry_at, id);
