package dev.posthorn.signature;

/** Thrown when a webhook must not be trusted; {@link #reason()} says why. */
public final class VerificationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Verification.Reason reason;

  VerificationException(Verification.Rejected rejected) {
    super(rejected.detail());
    this.reason = rejected.reason();
  }

  /** Returns why the webhook was rejected. */
  public Verification.Reason reason() {
    return reason;
  }
}
