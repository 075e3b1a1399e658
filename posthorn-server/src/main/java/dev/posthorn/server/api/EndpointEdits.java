package dev.posthorn.server.api;

import dev.posthorn.engine.Administration;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.store.EndpointRow;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** Changes endpoints of any application. */
final class EndpointEdits {
  private final Desk desk;

  EndpointEdits(Desk desk) {
    this.desk = desk;
  }

  /**
   * Changes an endpoint; the edit is worked out on the writer, and tried before. A customer cannot
   * have hidden headers sent elsewhere; the host, who set them, can.
   */
  EndpointRow edit(Call call, EndpointRow row, UnaryOperator<EndpointRow> edit) {
    Administration administration = desk.engine().administration();
    Administration.EndpointEdit checked =
        (before, headers) -> {
          EndpointRow after = edit.apply(before);
          if (call.principal().isApplication()) {
            HiddenHeaders.requireSameOrigin(before, after, headers);
          }
          return after;
        };
    // What is wrong is told before the writer has it.
    var unused = checked.edit(row, () -> administration.headers(row.id()));
    return desk.done(administration.updateEndpoint(row.id(), checked));
  }

  /** Replaces an endpoint. */
  EndpointRow replace(Call call, EndpointRow row, Fields fields) {
    return edit(
        call,
        row,
        before -> EndpointInput.replacing(fields, before).applied(before, desk.engine().millis()));
  }

  /**
   * Creates the endpoint that a path names but that is not there; its uid is that name unless
   * another one is said.
   *
   * @param application whose it is to be; asked for once nothing is wrong
   * @param missing makes 404 for a name that cannot be a uid
   */
  EndpointRow create(
      String name, Fields fields, LongSupplier application, Function<String, ApiError> missing) {
    if (!Fields.NAME.matcher(name).matches() || desk.parse(Desk.ENDPOINT, name).isPresent()) {
      throw missing.apply(name);
    }
    EndpointInput given = EndpointInput.whole(fields);
    EndpointInput input = given.row().uid() == null ? given.withUid(name) : given;
    return desk.done(
        desk.engine().administration().createEndpoint(application.getAsLong(), input.draft()));
  }
}
