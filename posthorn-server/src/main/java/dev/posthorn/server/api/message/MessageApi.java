package dev.posthorn.server.api.message;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.application.ApplicationApi;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.ErrorMapper;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.server.http.Times;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Messages: events sent to an application. */
public final class MessageApi {
  private static final String ALL = "/api/v1/app/{app_id}/msg";
  private static final String ONE = ALL + "/{msg_id}";

  private final ApiSupport api;
  private final ApplicationApi applications;
  private final AcceptanceListener listener;
  private final MessageView view;

  public MessageApi(ApiSupport api, ApplicationApi applications, AcceptanceListener listener) {
    this.listener = listener;
    this.api = api;
    this.applications = applications;
    this.view = new MessageView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message");
    return List.of(
        operations
            .get(ALL, "v1.message.list", "Lists the messages, newest first.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                OperationBuilder.CHANNEL,
                OperationBuilder.TAG,
                new Operation.Param(
                    "event_id",
                    "query",
                    "{\"type\":\"string\"}",
                    "Only messages with this event id"),
                OperationBuilder.BEFORE,
                OperationBuilder.AFTER,
                OperationBuilder.EVENT_TYPES,
                OperationBuilder.WITH_CONTENT)
            .returns(200, "ListResponse_MessageOut_")
            .to(APPLICATION, this::list),
        operations
            .post(
                ALL,
                "v1.message.create",
                "Sends a message. It is durable once the response arrives.")
            .query(OperationBuilder.WITH_CONTENT, OperationBuilder.IDEMPOTENCY)
            .accepts("MessageIn", Operation.Body.MESSAGE)
            .returns(202, "MessageOut")
            .direct(APPLICATION, this::create), // needs CreateMessages
        operations
            .get(ONE, "v1.message.get", "Returns a message.")
            .query(OperationBuilder.WITH_CONTENT)
            .returns(200, "MessageOut")
            .to(APPLICATION, this::get),
        operations
            .get(ONE + "/raw", "v1.message.get-raw-payload", "Returns the payload as it was sent.")
            .returns(200, "MessageRawPayloadOut")
            .to(APPLICATION, this::raw),
        operations
            .delete(
                ONE + "/content", "v1.message.expunge-content", "Removes the payload permanently.")
            .returns(204, null)
            .to(ENVIRONMENT, this::expunge));
  }

  // ---- sending -------------------------------------------------------------------------------

  private void create(Call call, Consumer<Supplier<Answer>> answer) {
    MessageInput input = MessageInput.read(call.body());
    api.requireKnownType(call, String.valueOf(input.eventType));
    boolean withContent = call.query().flag("with_content", true);
    String name = call.path("app_id");
    ApplicationRow application = api.applicationOrNull(call, name);
    if (application != null || call.caller().isApplication()) {
      accept(call, api.application(call), input, withContent, answer);
      return;
    }
    var unused =
        applications
            .create(call, name, input.application)
            .thenAccept(created -> accept(call, created, input, withContent, answer))
            .whenComplete(
                (done, failed) -> {
                  if (failed != null) {
                    answer.accept(
                        () -> {
                          throw failed instanceof CompletionException e
                              ? e
                              : new CompletionException(failed);
                        });
                  }
                });
  }

  private void accept(
      Call call,
      ApplicationRow application,
      MessageInput input,
      boolean withContent,
      Consumer<Supplier<Answer>> answer) {
    SendRequest request = acceptance(call, application, input);
    AcceptanceListener.Progress progress = listener.begins(call, request.type());
    try {
      api.engine()
          .messages()
          .accept(
              request,
              result -> {
                progress.committed(result);
                answer.accept(
                    () -> {
                      progress.answered();
                      return accepted(request, result, withContent);
                    });
                api.engine().unmatched().sent(request, result);
              },
              why -> refuse(why, progress, answer));
    } catch (PosthornException e) {
      refuse(e, progress, answer);
    }
  }

  private static void refuse(
      PosthornException why,
      AcceptanceListener.Progress progress,
      Consumer<Supplier<Answer>> answer) {
    progress.refused(why);
    answer.accept(() -> ErrorMapper.of(why).answer());
  }

  private SendRequest acceptance(Call call, ApplicationRow application, MessageInput input) {
    String key = call.header("Idempotency-Key");
    return new SendRequest(
        application.id(),
        String.valueOf(input.eventType),
        input.channels,
        input.contentType,
        input.payload == null ? new byte[0] : input.payload,
        new SendRequest.Options(input.eventId, input.deliverAt(), 0, null)
            .withPayloadMillis(input.payloadMillis())
            .withTags(input.tags)
            .withRequest(key == null || key.isEmpty() ? null : request(call, key)));
  }

  private SendRequest.RequestKey request(Call call, String key) {
    IdempotencyKey idempotencyKey = api.once(call, key, unused -> new byte[0]);
    return new SendRequest.RequestKey(
        idempotencyKey.scope(), idempotencyKey.key(), idempotencyKey.hash());
  }

  private Answer accepted(SendRequest request, SendResult result, boolean withContent) {
    MessageView.Head head =
        new MessageView.Head(result.message(), request.spec().withPublicId(result.publicId()));
    return view.answer(
        202,
        head,
        new MessageView.Content(request.contentType(), request.body(), withContent),
        json -> json.writeNumberProperty("matchedEndpoints", result.targets().length));
  }

  // ---- reading -------------------------------------------------------------------------------

  private Answer list(Call call) {
    ApplicationRow application = api.application(call);
    Query query = call.query();
    boolean withContent = query.flag("with_content", true);
    Paging paging = Paging.of(query, api, IdPrefix.MESSAGE, true);
    PageRequest listing = paging.listing(after(query), before(query));
    Page<MessageRow> page =
        api.engine()
            .store(application.id())
            .messages(
                new MessageQuery(
                    application.id(),
                    listing.withLimit(paging.limit()),
                    new MessageFilter(
                        query.set("event_types"),
                        query.text("channel"),
                        query.text("tag"),
                        query.text("event_id"),
                        0)));
    return view.answer(paging, page, withContent);
  }

  /** Returns the id below all messages after the requested time. */
  public static long after(Query query) {
    return after(query.time("after"));
  }

  /** Returns the id below all messages after a time. */
  static long after(@Nullable Instant time) {
    return time == null ? Long.MIN_VALUE : Ids.firstAt(time.toEpochMilli() + 1) - 1;
  }

  /** Returns the id above all messages before the requested time. */
  public static long before(Query query) {
    return before(query.time("before"));
  }

  /** Returns the id above all messages before a time. */
  static long before(@Nullable Instant time) {
    return time == null ? Long.MAX_VALUE : Ids.firstAt(Times.millisFrom(time));
  }

  private Answer get(Call call) {
    MessageRow row = api.message(call, api.application(call));
    boolean withContent = call.query().flag("with_content", true);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          view.write(json, row, withContent);
          json.writeEndObject();
        });
  }

  private Answer raw(Call call) {
    MessageRow row = api.message(call, api.application(call));
    if (row.expunged()) {
      throw ApiError.notFound("message: its payload was removed");
    }
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("payload", new String(row.body(), StandardCharsets.UTF_8));
          json.writeStringProperty("contentType", row.contentType());
          json.writeEndObject();
        });
  }

  private Answer expunge(Call call) {
    MessageRow row = api.message(call, api.application(call));
    var unused = api.done(api.engine().deliveries().expunge(row.application(), List.of(row.id())));
    return Answer.empty(204);
  }
}
