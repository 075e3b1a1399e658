package dev.posthorn.server.api.attempt;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.message.MessageApi;
import dev.posthorn.server.api.message.MessageView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Attempts: HTTP requests that deliver messages. */
public final class AttemptApi {
  private static final String BY_ENDPOINT = "/api/v1/app/{app_id}/attempt/endpoint/{endpoint_id}";
  private static final String BY_MESSAGE = "/api/v1/app/{app_id}/attempt/msg/{msg_id}";
  private static final String ONE = "/api/v1/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}";
  private static final int COUNT_PAGE = 1_000;
  private static final int COUNT_PAGES = 10;

  private final ApiSupport api;
  private final AttemptView view;
  private final MessageView messages;

  public AttemptApi(ApiSupport api) {
    this.api = api;
    this.view = new AttemptView(api);
    this.messages = new MessageView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message Attempt");
    return List.of(
        operations
            .get(
                BY_ENDPOINT,
                "v1.message-attempt.list-by-endpoint",
                "Lists the attempts of an endpoint, newest first.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                AttemptSearch.STATUS,
                AttemptSearch.STATUS_CODE_CLASS,
                OperationBuilder.CHANNEL,
                OperationBuilder.TAG,
                OperationBuilder.BEFORE,
                AttemptSearch.AFTER,
                OperationBuilder.EVENT_TYPES,
                OperationBuilder.WITH_CONTENT,
                OperationBuilder.flag("with_msg", "Include messages, without their payloads"),
                AttemptSearch.EXPANDED)
            .returns(200, "ListResponse_MessageAttemptOut_")
            .to(APPLICATION, this::listByEndpoint),
        operations
            .get(
                BY_MESSAGE,
                "v1.message-attempt.list-by-msg",
                "Lists the attempts of a message, newest first.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                AttemptSearch.STATUS,
                AttemptSearch.STATUS_CODE_CLASS,
                OperationBuilder.CHANNEL,
                OperationBuilder.TAG,
                new Operation.Param(
                    "endpoint_id",
                    "query",
                    "{\"type\":\"string\"}",
                    "Only attempts of this endpoint"),
                OperationBuilder.BEFORE,
                AttemptSearch.AFTER,
                OperationBuilder.EVENT_TYPES,
                OperationBuilder.WITH_CONTENT,
                AttemptSearch.EXPANDED)
            .returns(200, "ListResponse_MessageAttemptOut_")
            .to(APPLICATION, this::listByMessage),
        operations
            .get(
                BY_ENDPOINT + "/count",
                "v1.message-attempt.count-by-endpoint",
                "Counts the attempts of an endpoint, up to 10,000.")
            .query(
                AttemptSearch.STATUS,
                AttemptSearch.STATUS_CODE_CLASS,
                OperationBuilder.CHANNEL,
                OperationBuilder.TAG,
                OperationBuilder.BEFORE,
                AttemptSearch.AFTER,
                OperationBuilder.EVENT_TYPES)
            .returns(200, "CountOut")
            .to(APPLICATION, this::count),
        operations
            .get(ONE, "v1.message-attempt.get", "Returns an attempt.")
            .query(OperationBuilder.WITH_CONTENT, AttemptSearch.EXPANDED)
            .returns(200, "MessageAttemptOut")
            .to(APPLICATION, this::get),
        operations
            .delete(
                ONE + "/content",
                "v1.message-attempt.expunge-content",
                "Removes the response permanently.")
            .returns(204, null)
            .to(ENVIRONMENT, this::expunge));
  }

  // ---- lists ---------------------------------------------------------------------------------

  private Answer listByEndpoint(Call call) {
    long endpoint = api.endpoint(call, api.application(call)).id();
    return list(call, AttemptSearch.of(call.query(), endpoint, 0));
  }

  private Answer listByMessage(Call call) {
    ApplicationRow application = api.application(call);
    long message = api.message(call, application).id();
    return list(
        call, AttemptSearch.of(call.query(), endpointAsked(call.query(), application), message));
  }

  /**
   * Returns the id of the requested endpoint, or 0. It may be unknown: a deleted endpoint still has
   * attempts.
   */
  private long endpointAsked(Query query, ApplicationRow application) {
    String name = query.text("endpoint_id");
    if (name == null) {
      return 0;
    }
    OptionalLong id = api.parse(IdPrefix.ENDPOINT, name);
    return id.isPresent() ? id.getAsLong() : api.endpoint(application, name).id();
  }

  private Answer list(Call call, AttemptSearch search) {
    Query query = call.query();
    AttemptView.Extent extent = AttemptView.Extent.of(call);
    Paging paging = Paging.of(query, api, IdPrefix.ATTEMPT, true);
    PageRequest listing = paging.listing(AttemptSearch.after(query), MessageApi.before(query));
    Page<AttemptRow> page = search.read(store(call), listing, paging.limit());
    Map<Long, String> chosen = chosenIds(api.application(call).id(), page.rows());
    BiConsumer<JsonGenerator, AttemptRow> write =
        (json, row) -> view.write(json, row, extent, chosen.get(row.message()));
    if (query.flag("with_msg", false)) {
      Map<Long, MessageRow> found = messages(api.application(call).id(), page.rows());
      write = write.andThen((json, row) -> message(json, found.get(row.message())));
    }
    return paging.answer(
        page.rows(), page.next(), AttemptRow::id, id -> api.id(IdPrefix.ATTEMPT, id), write);
  }

  private PartitionReads store(Call call) {
    return api.engine().store(api.application(call).id());
  }

  private Map<Long, String> chosenIds(long application, List<AttemptRow> attempts) {
    Set<Long> messages = attempts.stream().map(AttemptRow::message).collect(Collectors.toSet());
    return api.engine().lookup().chosen(application, messages);
  }

  /** Reads the messages of attempts one by one, without their payloads. */
  private Map<Long, MessageRow> messages(long application, List<AttemptRow> attempts) {
    Map<Long, MessageRow> found = new HashMap<>();
    for (AttemptRow attempt : attempts) {
      long id = attempt.message();
      if (!found.containsKey(id)) {
        api.engine()
            .store(application)
            .messages(
                new MessageQuery(
                    application, new PageRequest(id - 1, id + 1, true, 1), MessageFilter.NONE))
            .rows()
            .forEach(row -> found.put(id, row));
      }
    }
    return found;
  }

  private void message(JsonGenerator json, @Nullable MessageRow row) {
    if (row != null) {
      json.writeObjectPropertyStart("msg");
      messages.write(json, row, false);
      json.writeEndObject();
    }
  }

  private Answer count(Call call) {
    Query query = call.query();
    long endpoint = api.endpoint(call, api.application(call)).id();
    AttemptSearch search = AttemptSearch.of(query, endpoint, 0);
    long count = 0;
    long before = MessageApi.before(query);
    boolean done = false;
    for (int i = 0; i < COUNT_PAGES && !done; i++) {
      PageRequest listing = new PageRequest(AttemptSearch.after(query), before, true, COUNT_PAGE);
      Page<AttemptRow> page = search.read(store(call), listing, COUNT_PAGE);
      count += page.rows().size();
      before = page.next();
      done = page.done();
    }
    long counted = count;
    boolean approximated = !done;
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("count", counted);
          json.writeBooleanProperty("approximated", approximated);
          json.writeEndObject();
        });
  }

  // ---- one attempt ---------------------------------------------------------------------------

  private AttemptRow attempt(Call call, MessageRow message) {
    String name = call.path("attempt_id");
    OptionalLong id = api.parse(IdPrefix.ATTEMPT, name);
    AttemptRow row =
        id.isPresent() ? api.engine().store(message.application()).attempt(id.getAsLong()) : null;
    if (row == null || row.message() != message.id()) {
      throw ApiError.notFound("attempt: the message has no attempt with the id " + Quoted.of(name));
    }
    return row;
  }

  private Answer get(Call call) {
    MessageRow message = api.message(call, api.application(call));
    AttemptRow row = attempt(call, message);
    AttemptView.Extent extent = AttemptView.Extent.of(call);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          view.write(json, row, extent, message.publicId());
          json.writeEndObject();
        });
  }

  private Answer expunge(Call call) {
    ApplicationRow owner = api.application(call);
    long application = owner.id();
    long attempt = attempt(call, api.message(call, owner)).id();
    var unused = api.done(api.engine().deliveries().expungeAttempt(application, attempt));
    return Answer.empty(204);
  }
}
