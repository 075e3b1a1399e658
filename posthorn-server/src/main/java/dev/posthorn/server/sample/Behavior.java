package dev.posthorn.server.sample;

/** The ways in which sample receivers answer. */
enum Behavior {
  /** Succeeds within milliseconds. */
  PROMPT,
  /** Succeeds after up to 1.5 s. */
  SLOW,
  /** Fails every fourth request. */
  FLAKY,
  /** Does not answer every fifteenth request. */
  HANGING,
  /** Asks for a pause at every twenty-fifth request. */
  BUSY,
  /** Fails each request. */
  FAILING,
  /** Asks to be left alone. */
  GONE,
  /** Listens nowhere. */
  ABSENT;

  /** Longer than the server waits for any answer of these receivers. */
  static final long NEVER_MILLIS = 60_000;

  /**
   * A response.
   *
   * @param millis the time until it begins
   * @param status its status
   * @param body its body, JSON
   */
  record Response(long millis, int status, String body) {}

  /** Returns the response to a request, the first of which has the number 1. */
  Response respond(int number) {
    return switch (this) {
      case PROMPT -> accepted(2 + number * 7 % 30);
      case SLOW -> accepted(300 + number * 173 % 1_200);
      case FLAKY -> number % 4 == 0 ? failed(503, "restarting") : accepted(20);
      case HANGING -> accepted(number % 15 == 0 ? NEVER_MILLIS : 40);
      case BUSY -> number % 25 == 0 ? failed(429, "too many requests") : accepted(15);
      case FAILING -> failed(500, "the database is gone");
      case GONE, ABSENT -> failed(410, "this integration was removed");
    };
  }

  private static Response accepted(long millis) {
    return new Response(millis, 200, "{\"accepted\":true}");
  }

  private static Response failed(int status, String why) {
    return new Response(5, status, "{\"error\":\"" + why + "\"}");
  }
}
