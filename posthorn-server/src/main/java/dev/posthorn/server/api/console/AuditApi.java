package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** The audit log of the console. */
public final class AuditApi {
  private static final List<String> TEXTS =
      List.of("person", "role", "sessionId", "action", "path", "fields", "refused");

  private final ApiSupport api;
  private final AuditLog log;

  public AuditApi(ApiSupport api) {
    this.api = api;
    this.log = new AuditLog(api.engine());
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/audit",
                "v1.console.audit.list",
                "Lists what people did in the console, newest first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_AuditOut_")
            .to(ENVIRONMENT, this::list));
  }

  private Answer list(Call call) {
    Paging paging = Paging.of(call.query(), api, IdPrefix.AUDIT, true);
    PageRequest listing = paging.listing().withLimit(paging.limit());
    Page<TaskRow> page = log.list(call.caller().environment(), listing);
    return paging.answer(
        page.rows(), page.next(), TaskRow::id, id -> api.id(IdPrefix.AUDIT, id), this::write);
  }

  private void write(JsonGenerator json, TaskRow row) {
    json.writeStringProperty("id", api.id(IdPrefix.AUDIT, row.id()));
    Json.time(json, "timestamp", row.created());
    JsonNode entry = Json.read(row.data());
    TEXTS.forEach(name -> Json.raw(json, name, entry.path(name).toString()));
  }
}
