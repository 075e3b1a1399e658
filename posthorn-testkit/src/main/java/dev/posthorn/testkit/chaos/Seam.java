package dev.posthorn.testkit.chaos;

/** A moment of a transaction at which a fault can happen. */
enum Seam {
  /** The client has sent its commit, and the server has not got it. */
  BEFORE_COMMIT,
  /** The server has just got the commit. */
  DURING_COMMIT,
  /** The server has committed and said so; the client has not heard it. */
  AFTER_COMMIT
}
