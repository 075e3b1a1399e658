package dev.posthorn.internal.engine.base;

/** Reasons for the end of a delivery without an exchange. The codes are stored. */
public enum EndReason {
  /** Its time was up. */
  DEADLINE("deadline"),
  /** Somebody cancelled it. */
  CANCELLED("cancelled"),
  /** Its message was past its retention, or its payload was removed. */
  RETENTION("retention");

  private final String code;

  EndReason(String code) {
    this.code = code;
  }

  /** Returns the stable name. */
  public String code() {
    return code;
  }
}
