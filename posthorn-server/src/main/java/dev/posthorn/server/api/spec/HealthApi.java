package dev.posthorn.server.api.spec;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.util.List;

/** Health checks for load balancers. */
public final class HealthApi {
  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Health");
    return List.of(
        operations
            .get("/api/v1/health", "v1.health.get", "Reports that the server is up.")
            .returns(204, null)
            .direct(PUBLIC, (call, answer) -> answer.accept(() -> Answer.empty(204))),
        operations
            .get("/api/v1/health/ping", "v1.health.ping", "Reports that the server is up.")
            .returns(204, null)
            .direct(PUBLIC, (call, answer) -> answer.accept(() -> Answer.empty(204))));
  }
}
