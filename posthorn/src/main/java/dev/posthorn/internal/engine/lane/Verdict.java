package dev.posthorn.internal.engine.lane;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.engine.registry.DeliveryRules;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.ExchangeResult.Failure;
import dev.posthorn.spi.transport.ExchangeResult.Response;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The meaning of an exchange for its delivery and its endpoint.
 *
 * @param state the delivery's state after it
 * @param spent attempts spent after it
 * @param due when the next attempt is due, if there is one
 * @param deadline until when the delivery may wait
 * @param holdUntil the time before which the endpoint gets no attempts, or 0
 * @param health its meaning for the endpoint
 */
public record Verdict(
    DeliveryState state, int spent, long due, long deadline, long holdUntil, Health health) {

  /** The meaning of an exchange for the endpoint. */
  public enum Health {
    GOOD,
    /** Trouble: no response, or 408, 429 or 5xx. */
    BAD,
    /** An answer that rejects this message, which says nothing about the next one. */
    UNWILLING,
    /** A request for a pause. */
    BUSY,
    /** 410: gone for good. */
    GONE
  }

  /** Returns this verdict for a delivery that was canceled meanwhile: it is not attempted again. */
  Verdict cancelled() {
    return state == DeliveryState.WAITING
        ? new Verdict(DeliveryState.CANCELLED, spent, 0, deadline, holdUntil, health)
        : this;
  }

  /** Returns this verdict with another end of the endpoint's pause. */
  Verdict heldUntil(long until) {
    DeliveryState then = until <= deadline ? DeliveryState.WAITING : DeliveryState.FAILED;
    return new Verdict(then, spent, until, deadline, until, health);
  }

  /**
   * Judges an exchange.
   *
   * @param row the delivery as it is stored
   * @param result the result of the exchange
   * @param rules the rules of its endpoint
   * @param now wall time at the end of the exchange
   * @param random for the jitter
   */
  static Verdict of(
      LiveRow row, ExchangeResult result, DeliveryRules rules, long now, RandomGenerator random) {
    // A delivery's time runs from its first exchange; that it waited in a backlog is not its fault.
    long deadline = Math.min(row.deadline(), now + rules.lifetimeMillis());
    return switch (result) {
      case Response response -> ofResponse(row, response, rules, now, deadline, random);
      case Failure failure -> failed(row, rules, now, deadline, Health.BAD, true, random);
    };
  }

  private static Verdict ofResponse(
      LiveRow row,
      Response response,
      DeliveryRules rules,
      long now,
      long deadline,
      RandomGenerator random) {
    int status = response.status();
    if (status >= 200 && status < 300) {
      return new Verdict(DeliveryState.SUCCEEDED, row.attempts() + 1, 0, deadline, 0, Health.GOOD);
    }
    if (status == 410) {
      return new Verdict(DeliveryState.FAILED, row.attempts() + 1, 0, deadline, 0, Health.GONE);
    }
    if ((status == 429 || status == 503)
        && rules.retryAfterCapMillis() != HealthOptions.IGNORE_RETRY_AFTER) {
      long wait = RetryAfter.millis(response.retryAfter(), now);
      if (wait >= 0) {
        long until = now + Math.min(wait, rules.retryAfterCapMillis());
        return new Verdict(
                DeliveryState.WAITING, row.attempts(), until, deadline, until, Health.BUSY)
            .heldUntil(until);
      }
    }
    Health health = isTrouble(status) ? Health.BAD : Health.UNWILLING;
    return failed(row, rules, now, deadline, health, rules.retries(status), random);
  }

  private static boolean isTrouble(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  private static Verdict failed(
      LiveRow row,
      DeliveryRules rules,
      long now,
      long deadline,
      Health health,
      boolean again,
      RandomGenerator random) {
    int spent = row.attempts() + 1;
    List<Long> waits = rules.retryWaits();
    if (!again || row.kind() == AttemptKind.RECOVERY || spent > waits.size()) {
      return new Verdict(DeliveryState.FAILED, spent, 0, deadline, 0, health);
    }
    double factor = 1 + rules.jitter() * (2 * random.nextDouble() - 1);
    long due = now + Math.round(waits.get(spent - 1) * factor);
    return due > deadline
        ? new Verdict(DeliveryState.FAILED, spent, 0, deadline, 0, health)
        : new Verdict(DeliveryState.WAITING, spent, due, deadline, 0, health);
  }
}
