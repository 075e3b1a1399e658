package dev.posthorn.server.api.message;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.task.Polling;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.PageWriter;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Polling: reads the messages that an endpoint is subscribed to, in the order in which they were
 * sent, instead of having them delivered.
 *
 * <p>An iterator is the position at which a page ends. A consumer's iterator also has the position
 * at which the page began, which reveals whether the consumer was moved meanwhile.
 */
public final class PollerApi {
  private static final String POLLER = "/api/v1/app/{app_id}/poller/{sink_id}";
  private static final String CONSUMER = POLLER + "/consumer/{consumer_id}";
  private static final char BETWEEN = '.';

  private final ApiSupport api;
  private final MessageView view;

  public PollerApi(ApiSupport api) {
    this.api = api;
    this.view = new MessageView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message");
    return List.of(
        operations
            .get(
                POLLER,
                "v1.message.poller.poll",
                "Reads the messages that an endpoint listens to, oldest first.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                new Operation.Param(
                    "event_type", "query", "{\"type\":\"string\"}", "Only messages of this type"),
                OperationBuilder.CHANNEL,
                OperationBuilder.time("after", "Only messages sent at or after this time"))
            .returns(200, "PollingEndpointOut")
            .to(APPLICATION, this::poll),
        operations
            .get(
                CONSUMER,
                "v1.message.poller.consumer-poll",
                "Reads on from where a consumer is; an iterator says that it has all before that.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR)
            .returns(200, "PollingEndpointOut")
            .conflicts()
            .to(APPLICATION, this::consumerPoll),
        operations
            .post(
                CONSUMER + "/seek",
                "v1.message.poller.consumer-seek",
                "Has a consumer go on with what was sent at a time or later.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("PollingEndpointConsumerSeekIn")
            .returns(200, "PollingEndpointConsumerSeekOut")
            .to(APPLICATION, this::seek));
  }

  private EndpointRow endpoint(Call call) {
    return api.endpoint(api.application(call), call.path("sink_id"));
  }

  // ---- polling -------------------------------------------------------------------------------

  private Answer poll(Call call) {
    EndpointRow endpoint = endpoint(call);
    Query query = call.query();
    Step step = step(query, endpoint);
    Instant after = query.time("after");
    long position =
        step != null
            ? step.to
            : after != null ? Polling.positionAt(endpoint, after) : endpoint.id();
    Polling.Polled polled =
        polling()
            .read(
                endpoint, position, query.limit(), query.text("event_type"), query.text("channel"));
    return answer(polled, "");
  }

  private Answer consumerPoll(Call call) {
    EndpointRow endpoint = endpoint(call);
    String consumer = consumer(call);
    int limit = call.query().limit();
    Step step = step(call.query(), endpoint);
    long position = polling().position(endpoint, consumer);
    if (step != null && step.to != position) {
      position = api.done(polling().advance(endpoint.id(), consumer, step.from, step.to));
    }
    return answer(
        polling().read(endpoint, position, limit, null, null),
        api.id(IdPrefix.POSITION, position) + BETWEEN);
  }

  private Answer seek(Call call) {
    EndpointRow endpoint = endpoint(call);
    String consumer = consumer(call);
    long position = Polling.positionAt(endpoint, call.fields().time("after"));
    return api.change(
        call,
        polling(),
        Polling::once,
        Long.class,
        polling -> polling.seek(endpoint.id(), consumer, position),
        at ->
            Answer.json(
                200,
                json -> {
                  json.writeStartObject();
                  json.writeStringProperty("iterator", api.id(IdPrefix.POSITION, at));
                  json.writeEndObject();
                }));
  }

  private Polling polling() {
    return api.engine().polling();
  }

  private static String consumer(Call call) {
    String name = call.path("consumer_id");
    String problem = Problems.ofLength(name, RequestRules.MAX_CONSUMER);
    if (problem != null) {
      throw ApiError.invalid(List.of("path", "consumer_id"), problem);
    }
    return name;
  }

  // ---- iterators -----------------------------------------------------------------------------

  /** The start of a page, if its iterator has it, and its end. */
  private record Step(long from, long to) {}

  private @Nullable Step step(Query query, EndpointRow endpoint) {
    String iterator = query.text("iterator");
    if (iterator == null) {
      return null;
    }
    int between = iterator.indexOf(BETWEEN);
    OptionalLong from =
        between < 0
            ? OptionalLong.of(endpoint.id())
            : api.parse(IdPrefix.POSITION, iterator.substring(0, between));
    OptionalLong to = api.parse(IdPrefix.POSITION, iterator.substring(between + 1));
    if (from.isEmpty() || to.isEmpty()) {
      throw Query.invalid(
          "iterator",
          "is not an iterator that a poll returned; leave it out to start from the beginning");
    }
    return new Step(from.getAsLong(), to.getAsLong());
  }

  // ---- pages ---------------------------------------------------------------------------------

  /** Answers with as many messages as fit. */
  private Answer answer(Polling.Polled polled, String begin) {
    Page<MessageRow> whole = api.withBodies(new Page<>(polled.messages(), 0));
    PageWriter page = PageWriter.of(whole.rows(), (json, row) -> view.write(json, row, true));
    long cut =
        page.count() < whole.rows().size() ? whole.rows().get(page.count() - 1).id() : whole.next();
    long position = cut == 0 ? polled.position() : cut;
    return page.answer(
        false,
        json -> {
          json.writeStringProperty("iterator", begin + api.id(IdPrefix.POSITION, position));
          json.writeBooleanProperty("done", cut == 0 && polled.isLast());
        });
  }
}
