package dev.posthorn.server.api;

import dev.posthorn.server.http.ApiError;
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

  /** Changes an endpoint; the edit is worked out on the writer, and tried before. */
  EndpointRow edit(EndpointRow row, UnaryOperator<EndpointRow> edit) {
    var unused = edit.apply(row); // what is wrong is told before the writer has it
    return desk.done(desk.engine().administration().updateEndpoint(row.id(), edit));
  }

  /** Replaces an endpoint. */
  EndpointRow replace(EndpointRow row, Fields fields) {
    return edit(
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
