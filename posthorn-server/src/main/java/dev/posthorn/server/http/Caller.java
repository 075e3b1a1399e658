package dev.posthorn.server.http;

/** The sender of a request, as far as the HTTP layer needs to know it. */
public interface Caller {
  /** Nobody: the sender of a request to an operation that needs no token. */
  Caller NOBODY =
      new Caller() {
        @Override
        public long environment() {
          return 0;
        }

        @Override
        public long application() {
          return 0;
        }

        @Override
        public boolean may(Operation operation) {
          return true;
        }
      };

  /** Returns the environment of its token, or 0 for nobody. */
  long environment();

  /** Returns the only application it may see, or 0 for all applications of the environment. */
  long application();

  /** Returns whether its token allows an operation. */
  boolean may(Operation operation);

  /** Returns whether it may see only one application. */
  default boolean isApplication() {
    return application() != 0;
  }
}
