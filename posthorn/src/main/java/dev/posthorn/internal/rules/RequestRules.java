package dev.posthorn.internal.rules;

/** Rules for what is asked for: pages, ids and idempotency keys. */
public final class RequestRules {
  /** The most characters of an idempotency key. */
  public static final int MAX_IDEMPOTENCY_KEY = 256;

  /** The range of the rows of a page of the server, as with the Svix server. */
  public static final NumberRange PAGE = new NumberRange(1, 250);

  /** The range of the rows of a page of the library. */
  public static final NumberRange LIBRARY_PAGE = new NumberRange(1, 1_000);

  /** The rows of a page unless a request says otherwise. */
  public static final int DEFAULT_PAGE = 50;

  /** The most ids or event types that one request may name. */
  public static final int MAX_IDS = 1_000;

  /** The most applications that one request may name. */
  public static final int MAX_APPLICATIONS = 10_000;

  /** The most characters of a channel or a tag that messages are looked for by. */
  public static final int MAX_FILTER = 256;

  /** The most characters of the name of a consumer that polls. */
  public static final int MAX_CONSUMER = 256;

  private RequestRules() {}
}
