package dev.posthorn.internal.engine.task;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.StoredJson;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.internal.rules.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The deliveries or messages that a task works on.
 *
 * @param endpoint whose deliveries, or 0 for a whole application or environment
 * @param since from when on, in milliseconds: {@link TaskKind#RECOVER} looks at attempts that were
 *     made since, the others at messages that were accepted since
 * @param until until when, exclusive, in milliseconds
 * @param filter further conditions; only {@link TaskKind#BULK_REPLAY} has any
 */
public record TaskOrder(long endpoint, long since, long until, Filter filter) {

  /**
   * A filter of deliveries; a delivery must match all parts of it.
   *
   * @param types only messages of these event types; empty means all
   * @param channel only messages with this channel, or null
   * @param tag only messages with this tag, or null
   * @param state only deliveries in this state, or null
   * @param statusClass only those whose last attempt had an HTTP status with this first digit, 0
   *     for no response, or null
   */
  public record Filter(
      List<String> types,
      @Nullable String channel,
      @Nullable String tag,
      @Nullable DeliveryState state,
      @Nullable Integer statusClass) {
    /** The filter that matches everything. */
    public static final Filter NONE = new Filter(List.of(), null, null, null, null);

    /**
     * Checks the texts, which the store keeps and lists show.
     *
     * @throws dev.posthorn.PosthornException with INVALID if one is too long
     */
    void check() {
      Rules.require("eventTypes", EndpointRules.typesProblem(types));
      Rules.require("channel", Problems.ofLength(channel, RequestRules.MAX_FILTER));
      Rules.require("tag", Problems.ofLength(tag, RequestRules.MAX_FILTER));
    }

    private static Filter of(@Nullable StoredJson json) {
      if (json == null) {
        return NONE;
      }
      String state = json.text("state");
      return new Filter(
          json.texts("types"),
          json.text("channel"),
          json.text("tag"),
          state == null ? null : DeliveryState.valueOf(state),
          json.integer("statusClass"));
    }

    private void write(JsonGenerator json) {
      StoredJson.write(json, "types", types);
      StoredJson.write(json, "channel", channel);
      StoredJson.write(json, "tag", tag);
      StoredJson.write(json, "state", state == null ? null : state.name());
      if (statusClass != null) {
        json.writeNumberProperty("statusClass", statusClass);
      }
    }
  }

  static TaskOrder of(StoredJson json) {
    return new TaskOrder(
        json.number("endpoint"),
        json.number("since"),
        json.number("until"),
        Filter.of(json.object("filter")));
  }

  void write(JsonGenerator json) {
    json.writeNumberProperty("endpoint", endpoint);
    json.writeNumberProperty("since", since);
    json.writeNumberProperty("until", until);
    json.writeObjectPropertyStart("filter");
    filter.write(json);
    json.writeEndObject();
  }

  /** Returns the same with an end that is later. */
  TaskOrder later(long millis) {
    return new TaskOrder(
        endpoint, since, until > Long.MAX_VALUE - millis ? until : until + millis, filter);
  }

  /** Creates an order for everything of an endpoint in a span of time. */
  public TaskOrder(long endpoint, long since, long until) {
    this(endpoint, since, until, Filter.NONE);
  }
}
