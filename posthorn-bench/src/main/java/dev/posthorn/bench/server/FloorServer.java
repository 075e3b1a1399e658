package dev.posthorn.bench.server;

import dev.posthorn.bench.delivery.FloorSubject;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The floor with HTTP in front: the same HTTP server on as many event loops as the real one has,
 * and behind it {@link FloorSubject}. The path's only number is the endpoint, the body is the
 * payload; nobody is asked who they are, nothing is parsed, and the answer is an id.
 *
 * <p>It prints its port, and ends with its input.
 */
public final class FloorServer {
  private static final int PATH = "/api/v1/app/".length();

  private final FloorSubject floor;

  private FloorServer(FloorSubject floor) {
    this.floor = floor;
  }

  /** Takes the database file and the receiver's port. */
  public static void main(String[] args) throws IOException, SQLException {
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true))
            .build();
    try (FloorSubject subject = new FloorSubject(Path.of(args[0]), Integer.parseInt(args[1]))) {
      FloorServer floor = new FloorServer(subject);
      int port = 0;
      for (int i = 0; i < loops; i++) {
        HttpServer server =
            vertx
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(floor::handle)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        port = server.actualPort();
      }
      System.out.println(port);
      System.in.transferTo(OutputStream.nullOutputStream());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void handle(HttpServerRequest request) {
    Context context = Vertx.currentContext();
    String path = request.path();
    int endpoint = Integer.parseInt(path.substring(PATH, path.indexOf('/', PATH)));
    request.bodyHandler(
        body ->
            floor.send(
                endpoint,
                body.getBytes(),
                id -> context.runOnContext(now -> answer(request, id)),
                () -> {}));
  }

  private static void answer(HttpServerRequest request, long id) {
    var unused =
        request
            .response()
            .setStatusCode(202)
            .putHeader("content-type", "application/json")
            .end(Buffer.buffer("{\"id\":\"msg_" + id + "\"}"));
  }
}
