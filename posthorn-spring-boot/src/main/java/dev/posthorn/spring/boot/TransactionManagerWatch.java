package dev.posthorn.spring.boot;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Watches the program's transaction managers, and knows which transactions have ended. After a
 * commit or a rollback, as long as callbacks run, Spring still says that a transaction is active,
 * and its connection is still bound to the thread, but nobody commits it again: what is written
 * then may be lost.
 *
 * <p>It looks at the managers while they are made, so it makes none itself: one may depend on
 * Posthorn.
 */
final class TransactionManagerWatch implements BeanPostProcessor, TransactionExecutionListener {
  @SuppressWarnings("ThreadLocalUsage") // each context has its own
  private final ThreadLocal<Bound> bound = ThreadLocal.withInitial(Bound::new);

  private volatile @Nullable DataSource dataSource;
  private volatile boolean jta;

  /** The connections that transactions have bound to a thread; forgotten once nobody uses them. */
  private static final class Bound {
    /** The connection that was bound when the present transaction began to begin, if any. */
    @Nullable Object before;

    /** The connections of the transactions that have bound one, and have not ended. */
    final Map<TransactionExecution, Object> owned = new WeakHashMap<>();

    /** The connections of those that have ended. */
    final Set<Object> ended = Collections.newSetFromMap(new WeakHashMap<>());
  }

  /** Sets the source whose transactions matter. */
  void watch(DataSource source) {
    dataSource = source;
  }

  /** Returns whether the transaction of this thread has ended, and only its callbacks run. */
  boolean hasEnded() {
    Object connection = connection();
    return connection != null && bound.get().ended.contains(connection);
  }

  /** Returns whether there are transactions of JTA, which bind a connection at its first use. */
  boolean hasJta() {
    return jta;
  }

  private @Nullable Object connection() {
    DataSource source = dataSource;
    return source == null ? null : TransactionSynchronizationManager.getResource(source);
  }

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean instanceof ConfigurableTransactionManager manager) {
      manager.addListener(this);
    }
    jta |= bean instanceof JtaTransactionManager;
    return bean;
  }

  @Override
  public void beforeBegin(TransactionExecution transaction) {
    bound.get().before = connection();
  }

  /** Takes note of a connection that this transaction has bound, and none around it. */
  @Override
  public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
    Bound here = bound.get();
    Object connection = connection();
    if (connection != null && !connection.equals(here.before)) {
      here.owned.put(transaction, connection);
    }
    here.before = null;
  }

  @Override
  public void beforeCommit(TransactionExecution transaction) {
    ends(transaction);
  }

  @Override
  public void beforeRollback(TransactionExecution transaction) {
    ends(transaction);
  }

  private void ends(TransactionExecution transaction) {
    Bound here = bound.get();
    Object connection = here.owned.remove(transaction);
    if (connection != null) {
      here.ended.add(connection);
    }
  }
}
