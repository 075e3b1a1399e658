package dev.posthorn.server.api.task;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.common.TaskView;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Background tasks: the progress of long operations. */
public final class TaskApi {
  private static final String ALL = "/api/v1/background-task";
  private static final Set<String> STATUSES =
      Set.of(TaskRow.RUNNING, TaskRow.FINISHED, TaskRow.FAILED);

  private final ApiSupport api;
  private final TaskView view;

  public TaskApi(ApiSupport api) {
    this.api = api;
    this.view = new TaskView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Background Task");
    return List.of(
        operations
            .get(ALL, "v1.background-task.list", "Lists the tasks, newest first.")
            .query(
                new Operation.Param(
                    "status",
                    "query",
                    "{\"type\":\"string\",\"enum\":[\"running\",\"finished\",\"failed\"]}",
                    "Only tasks with this status"),
                new Operation.Param(
                    "task", "query", "{\"type\":\"string\"}", "Only tasks of this type"),
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                OperationBuilder.ORDER)
            .returns(200, "ListResponse_BackgroundTaskOut_")
            .to(ENVIRONMENT, this::list),
        operations
            .get(ALL + "/{task_id}", "v1.background-task.get", "Returns a task.")
            .returns(200, "BackgroundTaskOut")
            .to(APPLICATION, this::get));
  }

  private Answer list(Call call) {
    Query query = call.query();
    Paging paging = Paging.of(query, api, IdPrefix.TASK, true);
    PageRequest listing = paging.listing();
    Page<TaskRow> page =
        api.engine()
            .store()
            .tasks(
                new TaskQuery(
                    call.caller().environment(),
                    listing.withLimit(paging.limit()),
                    query.text("task"),
                    status(query)));
    return paging.answer(
        page.rows().stream().filter(TaskApi::isKnown).toList(),
        page.next(),
        TaskRow::id,
        id -> api.id(IdPrefix.TASK, id),
        view::writeListed);
  }

  /**
   * Returns whether clients know the type of a task: their list of types is closed and lacks
   * cancellation.
   */
  private static boolean isKnown(TaskRow row) {
    return !row.type().equals(TaskKind.CANCEL.type());
  }

  private static @Nullable String status(Query query) {
    String status = query.text("status");
    if (status != null && !STATUSES.contains(status)) {
      throw Query.invalid(
          "status", "must be running, finished or failed, not " + Quoted.of(status));
    }
    return status;
  }

  private Answer get(Call call) {
    TaskRow row = view.task(call.path("task_id"));
    if (row == null || !isKnown(row) || !isOf(Principal.of(call), row)) {
      throw TaskView.none(call.path("task_id"));
    }
    return view.answer(200, row);
  }

  private static boolean isOf(Principal principal, TaskRow row) {
    return row.environment() == principal.environment()
        && (!principal.isApplication() || row.application() == principal.application());
  }
}
