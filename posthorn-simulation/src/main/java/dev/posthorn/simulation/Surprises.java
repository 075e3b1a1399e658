package dev.posthorn.simulation;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Unforeseen errors and exceptions, thrown now and then where anything may be thrown, and their
 * effect on the count of attempts.
 */
public final class Surprises {
  private static final String TEXT = "planted by the simulation";

  private final RandomGenerator random;
  private int oneIn;
  private int phantoms;
  private int forgotten;

  /**
   * Creates surprises by chance.
   *
   * @param never whether there are to be none
   */
  Surprises(RandomGenerator random, boolean never) {
    this.random = random;
    this.oneIn = never || random.nextInt(3) > 0 ? Integer.MAX_VALUE : 5 + random.nextInt(60);
  }

  /** Returns whether something, or what caused it, was thrown on purpose. */
  public static boolean isPlanted(Throwable why) {
    for (@Nullable Throwable one = why; one != null; one = one.getCause()) {
      if (one instanceof SimCrash || TEXT.equals(one.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** Ends all planted failures. */
  void end() {
    oneIn = Integer.MAX_VALUE;
  }

  /** Throws, or does not. */
  void maybe() {
    if (oneIn == Integer.MAX_VALUE || random.nextInt(oneIn) > 0) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> throw new OutOfMemoryError(TEXT);
      case 1 -> throw new NoClassDefFoundError(TEXT);
      case 2 -> throw new StackOverflowError(TEXT);
      case 3 -> throw new AssertionError(TEXT);
      default -> throw new IllegalStateException(TEXT);
    }
  }

  /** Throws, or does not, while a request is made. An exception is this attempt's failure. */
  void maybeInRequest() {
    try {
      maybe();
    } catch (IllegalStateException e) {
      phantoms++;
      throw e;
    }
  }

  /** Throws, or does not, while an answer is judged: nobody will know of that exchange. */
  void maybeInJudgment() {
    try {
      maybe();
    } catch (IllegalStateException | Error e) {
      forgotten++;
      throw e;
    }
  }

  /** Returns how many attempts may be recorded that were no exchange. */
  int phantoms() {
    return phantoms;
  }

  /** Returns how many exchanges may never be recorded. */
  int forgotten() {
    return forgotten;
  }
}
