package dev.posthorn.internal.postgresql.connection;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Keeps a pool from evicting connections that failed: {@link PooledReaders} evicts them, and the
 * pool would write a stack trace to the log for each.
 */
final class NoEviction implements SQLExceptionOverride {
  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return SQLExceptionOverride.Override.DO_NOT_EVICT;
  }
}
