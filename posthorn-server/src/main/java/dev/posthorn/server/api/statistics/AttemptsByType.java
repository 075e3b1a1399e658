package dev.posthorn.server.api.statistics;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Counts an application's attempts by event type. Such counts are not stored, so it examines a
 * bounded number of attempts one by one. Attempts of removed messages have no type; manual tests do
 * not count.
 */
final class AttemptsByType {
  /** Maximum number of attempts examined for one request. */
  static final int MOST = 10_000;

  private static final int PAGE = 1_000;

  private final ApiSupport api;

  AttemptsByType(ApiSupport api) {
    this.api = api;
  }

  /** Numbers of successful and failed attempts, and of canceled deliveries. */
  private static final class Counts {
    int success;
    int failure;
    int canceled;

    void add(AttemptRow row) {
      if (row.isExchange()) {
        success += row.isSuccess() ? 1 : 0;
        failure += row.isSuccess() ? 0 : 1;
      }
      canceled += row.state() == DeliveryState.CANCELLED ? 1 : 0;
    }
  }

  Answer answer(Call call) {
    ApplicationRow application = api.application(call);
    TimeSpan span = TimeSpan.required(call.query(), "since", "until");
    Set<String> wanted = call.query().set("event_types");
    Map<String, Counts> types = new TreeMap<>();
    Counts total = new Counts();
    Map<Long, Optional<String>> known = new HashMap<>();
    int left = MOST;
    for (EndpointRow endpoint : api.endpoints(application).toList()) {
      long after = Ids.firstAt(Math.max(0, span.from())) - 1;
      do {
        Page<AttemptRow> page = page(endpoint, after, span);
        left -= page.rows().size();
        if (left < 0) {
          throw tooMany();
        }
        for (AttemptRow row : page.rows()) {
          Optional<String> type =
              known.computeIfAbsent(row.message(), id -> type(application.id(), id));
          if (row.kind() != AttemptKind.TEST
              && (wanted.isEmpty() || type.filter(wanted::contains).isPresent())) {
            total.add(row);
            type.ifPresent(name -> types.computeIfAbsent(name, n -> new Counts()).add(row));
          }
        }
        after = page.next();
      } while (after != 0);
    }
    return shown(span, types, total);
  }

  private static ApiError tooMany() {
    return Query.invalid(
        "since",
        "covers more than "
            + MOST
            + " attempts up to until; choose a shorter time span, or get counts over time from"
            + " /api/v1/stats/app/{app_id}/attempt");
  }

  private Page<AttemptRow> page(EndpointRow endpoint, long after, TimeSpan span) {
    long before = Ids.firstAt(Math.max(0, span.to()));
    AttemptQuery query =
        new AttemptQuery(
            endpoint.id(), 0, new PageRequest(after, before, false, PAGE), AttemptFilter.NONE);
    return api.engine().store(endpoint.application()).attempts(query);
  }

  /** Returns the event type of a message, if it still exists. */
  private Optional<String> type(long application, long message) {
    PartitionReads store = api.engine().store(application);
    List<MessageRow> found =
        store
            .messages(
                new MessageQuery(
                    application,
                    new PageRequest(message - 1, message + 1, false, 1),
                    MessageFilter.NONE))
            .rows();
    return found.stream().map(MessageRow::type).findFirst();
  }

  private static Answer shown(TimeSpan span, Map<String, Counts> types, Counts total) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("by_event_type");
          types.forEach((type, counts) -> write(json, type, counts));
          json.writeEndObject();
          json.writeNumberProperty("total_success", total.success);
          json.writeNumberProperty("total_failure", total.failure);
          json.writeNumberProperty("total_canceled", total.canceled);
          Json.time(json, "since", span.from());
          Json.time(json, "until", span.to());
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String type, Counts counts) {
    json.writeObjectPropertyStart(type);
    json.writeNumberProperty("success", counts.success);
    json.writeNumberProperty("failure", counts.failure);
    json.writeNumberProperty("canceled", counts.canceled);
    json.writeEndObject();
  }
}
