package dev.posthorn.internal.http.connection;

/** Signals a response that cannot be parsed; the message gives the reason. */
final class MalformedResponse extends Exception {
  private static final long serialVersionUID = 1;

  MalformedResponse(String message) {
    super(message, null, false, false);
  }
}
