package dev.posthorn.signature;

import java.time.Instant;

/** What became of checking a webhook: it was verified, or rejected for a reason. */
public sealed interface Verification {

  /**
   * The webhook is authentic and recent.
   *
   * @param id the message's id, the same when it is delivered again: use it to drop repeats
   * @param timestamp the time of this attempt, to the second
   */
  record Verified(String id, Instant timestamp) implements Verification {}

  /**
   * The webhook must not be trusted.
   *
   * @param reason why, for the program
   * @param detail why, for the log; holds no secret, and nothing received but numbers
   */
  record Rejected(Reason reason, String detail) implements Verification {}

  /** Why a webhook was rejected. */
  enum Reason {
    /** One of the three headers is absent or empty. */
    MISSING_HEADER,
    /** The timestamp is not a number of Unix seconds. */
    MALFORMED_TIMESTAMP,
    /** The timestamp lies further back than the tolerance allows: late, or replayed. */
    TOO_OLD,
    /** The timestamp lies further ahead than the tolerance allows: a clock is wrong. */
    TOO_NEW,
    /** The signature header holds nothing of the form {@code scheme,base64}, or far too much. */
    MALFORMED_SIGNATURE,
    /** There are signatures, but none of a scheme that the verifier has a key for. */
    UNKNOWN_SCHEME,
    /** No signature fits: another key, or the content was changed on its way. */
    NO_MATCH
  }
}
