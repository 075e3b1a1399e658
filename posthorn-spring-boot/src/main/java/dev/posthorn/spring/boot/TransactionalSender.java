package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.Inbox;
import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.Receipt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Sends in the current transaction of the inbox's database, if there is one: the message exists if
 * the transaction commits. Otherwise it is sent at once.
 */
final class TransactionalSender implements MessageSender {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionalSender.class);

  private final DataSource dataSource;
  private final boolean jta;
  private final Supplier<Inbox> inbox;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Creates a sender.
   *
   * @param dataSource the source whose transactions it joins
   * @param jta whether transactions are those of JTA, which bind a connection at its first use
   * @param inbox returns the inbox of the open Posthorn
   */
  TransactionalSender(DataSource dataSource, boolean jta, Supplier<Inbox> inbox) {
    this.dataSource = dataSource;
    this.jta = jta;
    this.inbox = inbox;
  }

  @Override
  public Receipt send(Application application, NewMessage message, Consumer<String> committed) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      return DIRECT.send(application, message, committed);
    }
    if (!isBound()) {
      return outside(application, message, committed);
    }
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return isAutoCommit(connection)
          ? outside(application, message, committed)
          : inside(connection, application, message, committed);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  @Override
  public boolean joinsCurrentTransaction() {
    if (!TransactionSynchronizationManager.isActualTransactionActive() || !isBound()) {
      return false;
    }
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return !isAutoCommit(connection);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  /**
   * Returns whether the transaction has a connection. One that nobody has bound belongs to no
   * transaction: it would never be committed.
   */
  private boolean isBound() {
    return jta || TransactionSynchronizationManager.hasResource(dataSource);
  }

  private Receipt inside(
      Connection connection,
      Application application,
      NewMessage message,
      Consumer<String> committed) {
    String id = application.send(connection, message);
    committed.accept(id); // nothing is delivered before the commit
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(new Nudge(inbox));
    }
    return Receipt.pending(id);
  }

  private Receipt outside(Application application, NewMessage message, Consumer<String> committed) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "Message sent at once and not in the current transaction, which is not one of the inbox's"
              + " DataSource; mark the right one with @PosthornDataSource");
    }
    return DIRECT.send(application, message, committed);
  }

  private static boolean isAutoCommit(Connection connection) {
    try {
      return connection.getAutoCommit();
    } catch (SQLException e) {
      throw new PosthornException(
          Reason.STORE_FAILED, "connection: it was lost: " + e.getMessage(), e);
    }
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(
      Application application, NewMessage message, Consumer<String> committed) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      return DIRECT.sendAsync(application, message, committed);
    }
    try { // the transaction belongs to this thread
      return CompletableFuture.completedFuture(send(application, message, committed));
    } catch (PosthornException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The nudge after the commit; equal ones are registered once for each transaction. */
  private record Nudge(Supplier<Inbox> inbox) implements TransactionSynchronization {
    @Override
    public void afterCommit() {
      try {
        inbox.get().nudge();
      } catch (RuntimeException e) { // the relay looks by itself, too
        LOG.debug("Inbox not nudged", e);
      }
    }
  }
}
