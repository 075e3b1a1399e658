package dev.posthorn.server.api.common;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.rows.AttemptRow;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Statuses of deliveries and attempts as the API's numbers and words: 0 success, 1 pending, 2 fail,
 * 3 sending, 4 canceled.
 *
 * <p>A waiting delivery is pending until its first attempt has been made, and sending afterwards.
 * Older clients do not know canceled: they get fail unless they request {@code expanded_statuses}.
 */
public final class Statuses {
  public static final int SUCCESS = 0;
  static final int PENDING = 1;
  public static final int FAIL = 2;
  static final int SENDING = 3;
  public static final int CANCELED = 4;

  /** All statuses. */
  public static final NumberRange RANGE = new NumberRange(SUCCESS, CANCELED);

  /** Classes of response statuses: 0 for no response, 200 for 200 to 299. */
  public static final NumberRange CLASSES = new NumberRange(0, 500);

  private static final String[] TEXTS = {"success", "pending", "fail", "sending", "canceled"};

  private Statuses() {}

  /** Returns the status by which a list is filtered, or null for all. */
  public static @Nullable Integer asked(Query query) {
    return query.number("status", RANGE);
  }

  /** Returns whether the client knows canceled. */
  public static boolean isExpanded(Query query) {
    return query.flag("expanded_statuses", false);
  }

  /** Returns the state that corresponds to a status. */
  public static DeliveryState state(int status) {
    return switch (status) {
      case SUCCESS -> DeliveryState.SUCCEEDED;
      case FAIL -> DeliveryState.FAILED;
      case CANCELED -> DeliveryState.CANCELLED;
      default -> DeliveryState.WAITING;
    };
  }

  private static int of(DeliveryState state, boolean attempted) {
    return switch (state) {
      case SUCCEEDED -> SUCCESS;
      case WAITING -> attempted ? SENDING : PENDING;
      case FAILED -> FAIL;
      case CANCELLED -> CANCELED;
    };
  }

  private static int of(DeliveryStatus delivery) {
    return of(delivery.state(), delivery.attempted());
  }

  /** Returns the status of a delivery that is shown to a client. */
  public static int shown(DeliveryStatus delivery, boolean expanded) {
    return shown(of(delivery), expanded);
  }

  private static int shown(int status, boolean expanded) {
    return status == CANCELED && !expanded ? FAIL : status;
  }

  /** Writes the status of a delivery. */
  public static void write(JsonGenerator json, DeliveryStatus delivery, boolean expanded) {
    write(json, of(delivery), expanded);
  }

  /** Writes the status of an attempt, or of a delivery that ended without one. */
  public static void write(JsonGenerator json, AttemptRow attempt, boolean expanded) {
    int exchange = attempt.isSuccess() ? SUCCESS : FAIL;
    write(json, attempt.isExchange() ? exchange : of(attempt.state(), false), expanded);
  }

  private static void write(JsonGenerator json, int status, boolean expanded) {
    int shown = shown(status, expanded);
    json.writeNumberProperty("status", shown);
    json.writeStringProperty("statusText", TEXTS[shown]);
  }
}
