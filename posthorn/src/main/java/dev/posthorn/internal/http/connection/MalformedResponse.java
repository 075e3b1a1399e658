package dev.posthorn.internal.http.connection;

/** What came is no response that can be understood; the message says why. */
final class MalformedResponse extends Exception {
  private static final long serialVersionUID = 1;

  MalformedResponse(String message) {
    super(message, null, false, false);
  }
}
