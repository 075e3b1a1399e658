package dev.posthorn.simulation;

import dev.posthorn.Timings;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.ExchangeResult.Failure;
import dev.posthorn.spi.transport.ExchangeResult.Response;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One receiver: what it answers, and how long it takes. */
public final class SimReceiver {
  private static final byte[] NOTHING = {};
  private static final int[] REFUSALS = {302, 400, 404};

  private final RandomGenerator random;
  private Mood mood = Mood.HEALTHY;

  /** The behavior of a receiver. */
  public enum Mood {
    /** 200 within 50 ms. */
    HEALTHY,
    /** 200 after up to 8 s, unless the limits end it before. */
    SLOW,
    /** No answer, until the limits end the exchange. */
    HANGING,
    /** 500, or no connection, or a slow 503. */
    FAILING,
    /** 429 with Retry-After. */
    BUSY,
    /** 400, 404 or 302: it does not want this. */
    REFUSING,
    /** 410. */
    GONE,
    /** Any of the above but 410, anew for each exchange. */
    FLAPPING
  }

  /** The result of an exchange, and the time until it comes. */
  record Reply(long millis, ExchangeResult result) {}

  SimReceiver(RandomGenerator random) {
    this.random = random;
  }

  /** Sets how it behaves from now on. */
  public void mood(Mood next) {
    mood = next;
  }

  Mood mood() {
    return mood;
  }

  Reply reply(ExchangeLimits limits) {
    Mood now = mood;
    if (now == Mood.FLAPPING) {
      Mood[] some = {Mood.HEALTHY, Mood.SLOW, Mood.HANGING, Mood.FAILING, Mood.BUSY, Mood.REFUSING};
      now = some[random.nextInt(some.length)];
    }
    return switch (now) {
      case HEALTHY, FLAPPING -> answer(1 + random.nextInt(50), 200, null, limits);
      case SLOW -> answer(random.nextInt(8_000), 200, null, limits);
      case HANGING -> timeout(limits);
      case FAILING ->
          switch (random.nextInt(3)) {
            case 0 -> answer(1 + random.nextInt(30), 500, null, limits);
            case 1 -> failure(random.nextInt(100), new ErrorClass.Connect());
            default -> answer(random.nextInt(3_000), 503, null, limits);
          };
      case BUSY -> {
        String after = random.nextBoolean() ? "2.5" : String.valueOf(random.nextInt(40));
        yield answer(5, random.nextBoolean() ? 429 : 503, after, limits);
      }
      case REFUSING -> answer(1 + random.nextInt(30), REFUSALS[random.nextInt(3)], null, limits);
      case GONE -> answer(5, 410, null, limits);
    };
  }

  /** Returns an answer with a status, after so long. */
  static Reply answer(long millis, int status, @Nullable String retryAfter, ExchangeLimits limits) {
    return millis >= limits.firstByteMillis()
        ? timeout(limits)
        : new Reply(millis, new Response(status, retryAfter, NOTHING, null, Timings.NONE));
  }

  private static Reply timeout(ExchangeLimits limits) {
    long millis = Math.min(limits.firstByteMillis(), limits.totalMillis());
    return failure(millis, new ErrorClass.Timeout(ErrorClass.Phase.FIRST_BYTE));
  }

  /** Returns that no exchange came about: nothing reached a receiver. */
  static Reply shortage(long millis) {
    return failure(millis, new ErrorClass.OwnShortage(ErrorClass.Resource.CONNECTIONS));
  }

  private static Reply failure(long millis, ErrorClass error) {
    return new Reply(millis, new Failure(error, "simulated", Timings.NONE));
  }
}
