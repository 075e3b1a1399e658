-- The inbox of Posthorn for MySQL 8.0 or later.
-- Messages that send(connection, message) writes in your transaction wait here until Posthorn has
-- stored them. docs/guides/transactions.md describes the columns.
CREATE TABLE posthorn_inbox (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id VARCHAR(31) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  application VARCHAR(256) NOT NULL,
  type VARCHAR(256) NOT NULL,
  payload LONGBLOB NOT NULL,
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
  problem VARCHAR(1000)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
CREATE INDEX posthorn_inbox_by_retry ON posthorn_inbox (retry_at, id);
