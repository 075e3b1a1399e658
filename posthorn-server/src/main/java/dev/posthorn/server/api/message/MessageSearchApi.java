package dev.posthorn.server.api.message;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.MessageLookup;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.endpoint.EndpointFields;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds messages, and checks whether a message would match any endpoint. */
public final class MessageSearchApi {
  private static final String ALL = "/api/v1/app/{app_id}/msg";

  private final ApiSupport api;
  private final MessageView view;

  public MessageSearchApi(ApiSupport api) {
    this.api = api;
    this.view = new MessageView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message");
    return List.of(
        operations
            .post(ALL + "/search", "v1.message.search", "Searches messages, newest first.")
            .query(OperationBuilder.IDEMPOTENCY)
            .mayTake("MessageSearchIn")
            .returns(200, "ListResponse_MessageOut_")
            .to(APPLICATION, this::search),
        operations
            .post(
                ALL + "/precheck/active",
                "v1.message.precheck",
                "Reports whether any endpoint would receive a message.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("MessagePrecheckIn")
            .returns(200, "MessagePrecheckOut")
            .to(APPLICATION, this::precheck),
        operations
            .get(
                "/api/v1/msg/{msg_id}",
                "v1.message.find",
                "Returns a message by its id alone, with its application.")
            .query(OperationBuilder.WITH_CONTENT)
            .returns(200, "FoundMessageOut")
            .to(ENVIRONMENT, this::find));
  }

  // ---- search --------------------------------------------------------------------------------

  private Answer search(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.optionalFields();
    fields.refuseNull("limit", "with_content");
    boolean withContent = fields.flag("with_content", false);
    MessageFilter filter =
        new MessageFilter(
            types(fields),
            fields.textOrNull("channel"),
            fields.textOrNull("tag"),
            fields.nameOrNull("event_id"),
            0);
    Paging paging = Paging.of(fields, api, IdPrefix.MESSAGE);
    PageRequest listing = paging.listing(after(fields), before(fields));
    OptionalLong only = id(fields, application);
    Page<MessageRow> page =
        api.engine()
            .store(application.id())
            .messages(
                new MessageQuery(
                    application.id(),
                    new PageRequest(
                        Math.max(listing.after(), only.orElse(Long.MIN_VALUE + 1) - 1),
                        Math.min(listing.before(), only.orElse(Long.MAX_VALUE - 1) + 1),
                        listing.newestFirst(),
                        paging.limit()),
                    filter));
    return view.answer(paging, page, withContent);
  }

  private static Set<String> types(Fields fields) {
    List<String> types =
        fields.choiceOrNull(
            "event_types", names -> NameRules.NAME.problem(names, RequestRules.MAX_IDS));
    return types == null ? Set.of() : Set.copyOf(types);
  }

  private static long after(Fields fields) {
    return MessageApi.after(fields.timeOrNull("after"));
  }

  private static long before(Fields fields) {
    return MessageApi.before(fields.timeOrNull("before"));
  }

  private OptionalLong id(Fields fields, ApplicationRow application) {
    String text = fields.textOrNull("id");
    if (text == null) {
      return OptionalLong.empty();
    }
    OptionalLong id = api.parse(IdPrefix.MESSAGE, text);
    if (id.isEmpty() && MessageLookup.isId(text)) { // one that a sender chose, or of nobody
      MessageRow named = api.engine().lookup().find(application.id(), text);
      return OptionalLong.of(named == null ? 0 : named.id());
    }
    if (id.isEmpty()) {
      throw fields.invalid("id", "is not a message id; send the sender's own id as event_id");
    }
    return id;
  }

  // ---- lookup by id alone --------------------------------------------------------------------

  private Answer find(Call call) {
    String name = call.path("msg_id");
    MessageRow row = api.engine().lookup().findIn(call.caller().environment(), name);
    ApplicationRow application = row == null ? null : owner(call, row);
    if (row == null || application == null) {
      throw ApiError.notFound("message: unknown id " + Quoted.of(name));
    }
    boolean withContent = call.query().flag("with_content", true);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, application.id()));
          Json.text(json, "appUid", application.uid());
          view.write(json, row, withContent);
          json.writeEndObject();
        });
  }

  private @Nullable ApplicationRow owner(Call call, MessageRow row) {
    ApplicationRow application = api.engine().registry().application(row.application());
    return application != null && application.environment() == call.caller().environment()
        ? application
        : null;
  }

  // ---- pre-check -----------------------------------------------------------------------------

  private Answer precheck(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.fields();
    String type = fields.name("eventType");
    api.requireKnownType(call, type);
    List<String> channels = EndpointFields.channels(fields);
    boolean active =
        api.engine().registry().endpoints(application.id()).stream()
            .anyMatch(row -> api.engine().registry().why(row, type, channels).equals("MATCHED"));
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeBooleanProperty("active", active);
          json.writeEndObject();
        });
  }
}
