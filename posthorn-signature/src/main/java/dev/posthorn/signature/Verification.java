package dev.posthorn.signature;

import java.time.Instant;

/** Result of checking a webhook: verified, or rejected for a reason. */
public sealed interface Verification {

  /**
   * The webhook is authentic and recent.
   *
   * @param id the message's id, the same when it is delivered again: use it to drop duplicates
   * @param timestamp the time of this attempt, to the second
   */
  record Verified(String id, Instant timestamp) implements Verification {}

  /**
   * The webhook must not be trusted.
   *
   * @param reason the reason, for the program
   * @param detail the reason, for the log; contains no secret, and no received data except numbers
   */
  record Rejected(Reason reason, String detail) implements Verification {}

  /** Reason for a rejection. */
  enum Reason {
    /** One of the three headers is missing or empty. */
    MISSING_HEADER,
    /** The timestamp is not a number of Unix seconds. */
    MALFORMED_TIMESTAMP,
    /** The timestamp is further in the past than the tolerance allows: late, or replayed. */
    TOO_OLD,
    /** The timestamp is further in the future than the tolerance allows: a clock is wrong. */
    TOO_NEW,
    /** The signature header has no entry of the form {@code scheme,base64}, or far too many. */
    MALFORMED_SIGNATURE,
    /** The verifier has no key for the scheme of any of the signatures. */
    UNKNOWN_SCHEME,
    /**
     * No signature matches: it was made with another key, or the content was changed in transit.
     */
    NO_MATCH
  }
}
