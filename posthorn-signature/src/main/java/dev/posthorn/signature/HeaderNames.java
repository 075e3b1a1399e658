package dev.posthorn.signature;

/** A set of the three header names that carry a webhook's id, timestamp and signature. */
public enum HeaderNames {
  /** The names of Standard Webhooks. */
  WEBHOOK("webhook-"),
  /** The names of Svix, which predate the standard; the values are the same. */
  SVIX("svix-");

  private final String id;
  private final String timestamp;
  private final String signature;

  HeaderNames(String prefix) {
    this.id = prefix + "id";
    this.timestamp = prefix + "timestamp";
    this.signature = prefix + "signature";
  }

  /** Returns the name of the header with the message's id, in lower case. */
  public String id() {
    return id;
  }

  /** Returns the name of the header with the time of the attempt in Unix seconds, in lower case. */
  public String timestamp() {
    return timestamp;
  }

  /** Returns the name of the header with the signatures, in lower case. */
  public String signature() {
    return signature;
  }
}
