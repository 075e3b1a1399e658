package dev.posthorn.server.api.endpoint;

import dev.posthorn.internal.engine.registry.EndpointAdmin;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.HiddenHeaders;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Reads and changes endpoints of any application. */
final class EndpointEdits {
  private final ApiSupport api;
  private final BiPredicate<Call, String> offered;

  /**
   * Creates a reader and editor of endpoints.
   *
   * @param offered whether the caller may select an event type
   */
  EndpointEdits(ApiSupport api, BiPredicate<Call, String> offered) {
    this.api = api;
    this.offered = offered;
  }

  /**
   * Accepts any event type when a request is read again on the writer: event types were checked
   * before, and an {@link ApiError} there would not become an answer.
   */
  private static boolean any(String type) {
    return true;
  }

  private Predicate<String> offered(Call call) {
    return type -> offered.test(call, type);
  }

  /** Reads the description of a new endpoint. */
  EndpointInput read(Call call) {
    return EndpointInput.whole(call.fields(), offered(call));
  }

  /** Changes the fields of an endpoint that a request has. */
  EndpointRow change(Call call, EndpointRow row) {
    return edit(call, row, EndpointInput::change);
  }

  /**
   * Changes an endpoint. The edit runs on the writer and is tried before. A customer cannot
   * redirect hidden headers to another origin; the operator, who set them, can.
   */
  EndpointRow edit(Call call, EndpointRow row, UnaryOperator<EndpointRow> edit) {
    EndpointAdmin.Edit checked = checked(call, edit);
    tried(checked, row);
    return api.done(admin().update(row.id(), checked));
  }

  private static EndpointAdmin.Edit checked(Call call, UnaryOperator<EndpointRow> edit) {
    return (before, headers) -> {
      EndpointRow after = edit.apply(before);
      if (call.caller().isApplication()) {
        HiddenHeaders.requireSameOrigin(before, after, headers);
      }
      return after;
    };
  }

  /** Tries an edit, to report problems before it reaches the writer. */
  private void tried(EndpointAdmin.Edit edit, EndpointRow row) {
    var unused = edit.edit(row, () -> api.engine().endpointSecrets().headers(row.id()));
  }

  /** Replaces an endpoint. */
  EndpointRow replace(Call call, EndpointRow row) {
    return edit(call, row, EndpointInput::replacing);
  }

  /** Reads a request that changes an existing endpoint. */
  private interface Reading {
    EndpointInput read(Fields fields, EndpointRow before, Predicate<String> offered);
  }

  private EndpointRow edit(Call call, EndpointRow row, Reading reading) {
    Fields fields = call.fields();
    var unused = reading.read(fields, row, offered(call));
    return edit(
        call,
        row,
        before -> reading.read(fields, before, EndpointEdits::any).applied(before, now()));
  }

  /**
   * Replaces or creates the endpoint with a uid, which it keeps unless the request has another.
   *
   * @param application returns its application; called only once the request is known to be valid
   */
  Put<EndpointRow> put(Call call, LongSupplier application, String uid) {
    Fields fields = call.fields();
    Predicate<String> offered = offered(call);
    var unused = EndpointInput.whole(fields, EndpointEdits::any);
    EndpointAdmin.Edit edit =
        checked(
            call,
            before ->
                named(uid, EndpointInput.replacing(fields, before, EndpointEdits::any))
                    .applied(before, now()));
    long owner = application.getAsLong();
    EndpointRow present = api.engine().registry().endpoint(owner, uid);
    Predicate<String> named =
        present == null ? offered : offered.or(present.spec().eventTypes()::contains);
    EndpointDraft draft = named(uid, EndpointInput.whole(fields, named)).draft();
    if (present != null) {
      tried(edit, present);
    }
    return api.done(admin().put(owner, uid, draft, edit));
  }

  private static EndpointInput named(String uid, EndpointInput input) {
    return input.spec().uid() == null ? input.withUid(uid) : input;
  }

  private EndpointAdmin admin() {
    return api.engine().endpointAdmin();
  }

  private long now() {
    return api.engine().millis();
  }
}
