package dev.posthorn.server.api;

import dev.posthorn.server.http.Operation;
import java.util.ArrayList;
import java.util.List;

/** The whole HTTP API: the list of its operations. */
public final class Api {
  private final List<Operation> operations;

  /** Creates the API over an engine. */
  public Api(Desk desk) {
    List<Operation> all = new ArrayList<>();
    all.addAll(new HealthApi().operations());
    all.addAll(new ApplicationApi(desk).operations());
    all.addAll(new EndpointApi(desk).operations());
    all.addAll(new EndpointSecretApi(desk).operations());
    this.operations = List.copyOf(all);
  }

  /** Returns all operations. */
  public List<Operation> operations() {
    return operations;
  }
}
