package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import java.util.UUID;

/** An endpoint of a running server that exists while {@code listen} runs. */
final class TemporaryEndpoint implements AutoCloseable {
  private final ServerClient server;
  private final String app;
  private final String uid = "listen-" + UUID.randomUUID();
  private final String secret;
  private boolean added;

  /** Creates an endpoint with a signing secret; {@link #add} adds it to the server. */
  TemporaryEndpoint(ServerClient server, String app, String secret) {
    this.server = server;
    this.app = app;
    this.secret = secret;
  }

  /** Adds the endpoint to the server. */
  synchronized void add(String url) {
    var unused =
        server.post(
            EndpointsCommand.path(app),
            ServerClient.object()
                .put("url", url)
                .put("uid", uid)
                .put("secret", secret)
                .put("description", "posthorn listen; removed automatically"));
    added = true;
  }

  /** Removes the endpoint from the server, if it was added and not yet removed. */
  @Override
  public synchronized void close() {
    if (added) {
      added = false;
      server.delete(EndpointsCommand.path(app) + "/" + uid);
    }
    server.close();
  }
}
