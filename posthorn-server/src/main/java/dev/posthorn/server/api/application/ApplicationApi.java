package dev.posthorn.server.api.application;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.ApplicationAdmin;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.ApplicationRules;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.common.Rates;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Applications: the tenants of an environment. */
public final class ApplicationApi {
  private final ApiSupport api;

  public ApplicationApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Application");
    return List.of(
        operations
            .get("/api/v1/app", "v1.application.list", "Lists the applications.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_ApplicationOut_")
            .to(ENVIRONMENT, this::list),
        operations
            .post("/api/v1/app", "v1.application.create", "Creates an application.")
            .query(
                OperationBuilder.flag(
                    "get_if_exists",
                    "Answer with the application that has the uid, if there is one"),
                OperationBuilder.IDEMPOTENCY)
            .accepts("ApplicationIn")
            .returns(200, "ApplicationOut")
            .returns(201, "ApplicationOut")
            .to(ENVIRONMENT, this::create),
        operations
            .get("/api/v1/app/{app_id}", "v1.application.get", "Returns an application.")
            .returns(200, "ApplicationOut")
            .to(APPLICATION, call -> answer(200, api.application(call))),
        operations
            .put(
                "/api/v1/app/{app_id}",
                "v1.application.update",
                "Replaces or creates an application.")
            .accepts("ApplicationIn")
            .returns(200, "ApplicationOut")
            .returns(201, "ApplicationOut")
            .to(ENVIRONMENT, this::replace),
        operations
            .patch(
                "/api/v1/app/{app_id}",
                "v1.application.patch",
                "Updates some fields of an application.")
            .accepts("ApplicationPatch")
            .returns(200, "ApplicationOut")
            .to(ENVIRONMENT, this::patch),
        operations
            .delete(
                "/api/v1/app/{app_id}",
                "v1.application.delete",
                "Removes an application with everything in it.")
            .returns(204, null)
            .to(ENVIRONMENT, this::delete));
  }

  private Answer list(Call call) {
    Paging paging = Paging.of(call.query(), api, IdPrefix.APPLICATION, false);
    return paging.answer(
        api.engine().registry().applications(call.caller().environment(), paging.listing()),
        ApplicationRow::id,
        id -> api.id(IdPrefix.APPLICATION, id),
        this::write);
  }

  /** Reads the description of an application. */
  private static ApplicationSpec read(Fields fields) {
    Map<String, String> metadata = fields.metadataOrNull();
    String name = fields.text("name", ApplicationRules::nameProblem);
    return new ApplicationSpec(
        fields.nameOrNull("uid"),
        name,
        Rates.orNone(fields),
        metadata == null ? Map.of() : metadata);
  }

  private Answer create(Call call) {
    ApplicationSpec input = read(call.fields());
    ApplicationRow draft = draft(call, input);
    String uid = input.uid();
    boolean orExisting = call.query().flag("get_if_exists", false);
    if (uid != null && orExisting) {
      ApplicationRow present = api.engine().registry().application(draft.environment(), uid);
      return present != null ? answer(200, present) : createUnlessThere(call, uid, draft);
    }
    return api.change(
        call,
        admin(),
        ApplicationAdmin::once,
        ApplicationRow.class,
        admin -> admin.create(draft),
        row -> answer(201, row));
  }

  private Answer createUnlessThere(Call call, String uid, ApplicationRow draft) {
    return api.change(
        call,
        admin(),
        ApplicationAdmin::once,
        Put.<ApplicationRow>type(),
        admin -> admin.put(draft.environment(), uid, present -> present != null ? present : draft),
        this::answer);
  }

  private static ApplicationRow draft(Call call, ApplicationSpec input) {
    return ApplicationRow.draft(call.caller().environment(), input);
  }

  /**
   * Creates the application that a request describes, or returns it if a concurrent request has
   * created it.
   *
   * @param name its uid, which no application visible to the request has
   */
  public CompletableFuture<ApplicationRow> create(
      Call call, String name, @Nullable Fields described) {
    if (described == null) {
      return CompletableFuture.completedFuture(api.application(call, name)); // throws 404
    }
    ApplicationSpec input = read(described);
    if (!name.equals(input.uid())) {
      throw described.invalid("uid", "must be " + Quoted.of(name) + ", as in the path");
    }
    ApplicationRow draft = draft(call, input);
    return admin()
        .put(draft.environment(), name, present -> present != null ? present : draft)
        .thenApply(Put::row);
  }

  private Answer replace(Call call) {
    ApplicationSpec given = read(call.fields());
    String name = call.path("app_id");
    if (!api.isUid(IdPrefix.APPLICATION, name)) {
      return answer(200, edit(api.application(call), given));
    }
    ApplicationSpec input = given.uid() != null ? given : given.withUid(name);
    return answer(
        api.done(
            admin()
                .put(
                    call.caller().environment(),
                    name,
                    before -> before == null ? draft(call, input) : before.with(input, now()))));
  }

  private ApplicationRow edit(ApplicationRow row, ApplicationSpec input) {
    return api.done(admin().update(row.id(), before -> before.with(input, now())));
  }

  private Answer patch(Call call) {
    ApplicationRow row = api.application(call);
    Fields fields = call.fields();
    var unused =
        patched(row.spec(), fields); // reports problems before the change reaches the writer
    return answer(
        200,
        api.done(
            admin()
                .update(row.id(), before -> before.with(patched(before.spec(), fields), now()))));
  }

  private static ApplicationSpec patched(ApplicationSpec before, Fields fields) {
    Map<String, String> metadata = fields.metadataOrNull();
    String name =
        fields.has("name") ? fields.text("name", ApplicationRules::nameProblem) : before.name();
    return new ApplicationSpec(
        fields.has("uid") ? fields.nameOrNull("uid") : before.uid(),
        name,
        Rates.patched(fields, before.rateLimit()),
        metadata == null ? before.metadata() : metadata);
  }

  private ApplicationAdmin admin() {
    return api.engine().applicationAdmin();
  }

  private long now() {
    return api.engine().millis();
  }

  private Answer delete(Call call) {
    var unused = api.done(admin().delete(api.application(call).id()));
    return Answer.empty(204);
  }

  private Answer answer(Put<ApplicationRow> put) {
    return answer(put.created() ? 201 : 200, put.row());
  }

  private Answer answer(int status, ApplicationRow row) {
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          write(json, row);
          json.writeEndObject();
        });
  }

  private void write(JsonGenerator json, ApplicationRow row) {
    json.writeStringProperty("id", api.id(IdPrefix.APPLICATION, row.id()));
    Json.text(json, "uid", row.uid());
    json.writeStringProperty("name", row.name());
    Rates.write(json, row.rateLimit());
    Json.map(json, "metadata", row.metadata());
    Json.time(json, "createdAt", row.created());
    Json.time(json, "updatedAt", row.updated());
  }
}
