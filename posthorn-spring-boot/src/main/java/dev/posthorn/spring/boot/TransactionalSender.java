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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Sends in the current transaction of the inbox's database, if there is one: the message exists if
 * the transaction commits. Otherwise it is sent at once, as it is by the callbacks that a
 * transaction runs once it has ended.
 */
final class TransactionalSender implements MessageSender {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionalSender.class);

  private final DataSource dataSource;
  private final TransactionManagerWatch watch;
  private final Supplier<Inbox> inbox;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Creates a sender.
   *
   * @param dataSource the source whose transactions it joins
   * @param watch the watch of the program's transaction managers
   * @param inbox returns the inbox of the open Posthorn
   */
  TransactionalSender(DataSource dataSource, TransactionManagerWatch watch, Supplier<Inbox> inbox) {
    this.dataSource = bound(dataSource);
    this.watch = watch;
    this.inbox = inbox;
    watch.watch(this.dataSource);
  }

  /** Returns the source that transaction managers bind connections of: they unwrap such a proxy. */
  private static DataSource bound(DataSource source) {
    @Nullable DataSource target =
        source instanceof TransactionAwareDataSourceProxy proxy
            ? proxy.getTargetDataSource()
            : null;
    return target == null ? source : bound(target);
  }

  @Override
  public Receipt send(Application application, NewMessage message, Consumer<String> committed) {
    if (!isInTransaction()) {
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
    if (!isInTransaction() || !isBound()) {
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
    return watch.hasJta() || TransactionSynchronizationManager.hasResource(dataSource);
  }

  /** Returns whether what is written now is part of a transaction that is still to be committed. */
  private boolean isInTransaction() {
    return TransactionSynchronizationManager.isActualTransactionActive() && !watch.hasEnded();
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
    if (!isInTransaction()) {
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
