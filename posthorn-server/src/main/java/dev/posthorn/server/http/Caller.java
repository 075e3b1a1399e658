package dev.posthorn.server.http;

/** The authenticated sender of a request, as the HTTP layer sees it. */
public interface Caller {
  /** The anonymous caller of operations that need no token. */
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

  /** Returns the environment of the caller's token, or 0 for the anonymous caller. */
  long environment();

  /** Returns the only application that the caller may access, or 0 for all of the environment. */
  long application();

  /** Returns whether the caller's token allows an operation. */
  boolean may(Operation operation);

  /** Returns whether the caller is limited to one application. */
  default boolean isApplication() {
    return application() != 0;
  }
}
