package dev.posthorn.internal.sqlite.file;

/** State in memory that follows a transaction: it counts only once the transaction is committed. */
public interface TransactionAware {

  /** What was staged is so. */
  void committed();

  /** What was staged never happened. */
  void rolledBack();
}
