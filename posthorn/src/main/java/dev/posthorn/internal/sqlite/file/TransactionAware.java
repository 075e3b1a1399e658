package dev.posthorn.internal.sqlite.file;

/**
 * State in memory that follows a transaction: changes are staged, and take effect once the
 * transaction commits.
 */
public interface TransactionAware {

  /** Applies the staged changes. */
  void committed();

  /** Discards the staged changes. */
  void rolledBack();
}
