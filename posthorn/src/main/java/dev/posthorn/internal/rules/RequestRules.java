package dev.posthorn.internal.rules;

/** Rules for requests: pages, ids and idempotency keys. */
public final class RequestRules {
  /** Maximum number of characters of an idempotency key. */
  public static final int MAX_IDEMPOTENCY_KEY = 256;

  /** The range of the page size of the server, as with the Svix server. */
  public static final NumberRange PAGE = new NumberRange(1, 250);

  /** The range of the page size of the library. */
  public static final NumberRange LIBRARY_PAGE = new NumberRange(1, 1_000);

  /** The default page size. */
  public static final int DEFAULT_PAGE = 50;

  /** Maximum number of ids or event types that one request may name. */
  public static final int MAX_IDS = 1_000;

  /** Maximum number of applications that one request may name. */
  public static final int MAX_APPLICATIONS = 10_000;

  /** Maximum number of endpoints that one request of the console may change. */
  public static final int MAX_BULK_ENDPOINTS = 100;

  /** The range of the time before now, in hours, in which such a request looks for failures. */
  public static final NumberRange BULK_HOURS = new NumberRange(1, 14 * 24);

  /** Maximum number of characters of a channel or a tag in a filter of messages. */
  public static final int MAX_FILTER = 256;

  /** Maximum number of characters of the name of a consumer that polls. */
  public static final int MAX_CONSUMER = 256;

  private RequestRules() {}
}
