package dev.posthorn.server.endpointalert;

/** A way to send alerts. */
interface AlertChannel {
  /** Returns its name in metrics and logs. */
  String name();

  /**
   * Sends an alert to one recipient. May block for some seconds.
   *
   * @throws AlertException if it was not accepted
   */
  void send(String to, EndpointAlert alert) throws AlertException, InterruptedException;

  /** An alert was not accepted. The message has neither a secret nor a recipient. */
  final class AlertException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean forGood;

    AlertException(String message, boolean forGood) {
      super(message);
      this.forGood = forGood;
    }

    /** Returns whether trying again cannot help. */
    boolean isForGood() {
      return forGood;
    }
  }
}
