package dev.posthorn.internal.id;

/**
 * Prefixes of public ids, which show the type of an id. The library, the server and the log format
 * ids only with these.
 */
public enum IdPrefix {
  /** An application. */
  APPLICATION("app"),
  /** An endpoint. */
  ENDPOINT("ep"),
  /** A message; receivers see it as {@code webhook-id}. */
  MESSAGE("msg"),
  /** A delivery: one message for one endpoint. */
  DELIVERY("dlv"),
  /** An attempt of a delivery. */
  ATTEMPT("atmpt"),
  /** A background task. */
  TASK("qtask"),
  /** An API key or a portal token; not the secret itself. */
  TOKEN("key"),
  /** A position of a consumer that polls for messages. */
  POSITION("pos"),
  /** An entry of the audit log. */
  AUDIT("audit");

  private final String text;

  IdPrefix(String text) {
    this.text = text;
  }

  /** Returns the prefix without the underscore that follows it, such as {@code msg}. */
  public String text() {
    return text;
  }

  /** Returns a regular expression that matches exactly the public ids with this prefix. */
  public String pattern() {
    return "^" + text + "_[A-Za-z0-9]{" + PublicIds.DIGITS_OF_ID + "}$";
  }
}
