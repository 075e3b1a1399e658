package dev.posthorn.store.sqlite.internal;

/** State in memory that follows a transaction: it counts only once the transaction is committed. */
interface Staged {

  /** What was staged is so. */
  void committed();

  /** What was staged never happened. */
  void rolledBack();
}
