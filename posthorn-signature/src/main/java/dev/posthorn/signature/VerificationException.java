package dev.posthorn.signature;

/** Thrown when a webhook must not be trusted; {@link #reason()} returns the reason. */
public final class VerificationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Verification.Reason reason;

  VerificationException(Verification.Rejected rejected) {
    super(rejected.detail());
    this.reason = rejected.reason();
  }

  /** Returns the reason for the rejection. */
  public Verification.Reason reason() {
    return reason;
  }
}
