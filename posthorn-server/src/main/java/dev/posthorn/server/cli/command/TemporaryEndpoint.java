package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import java.util.UUID;

/** An endpoint of a running server that is there as long as somebody listens. */
final class TemporaryEndpoint implements AutoCloseable {
  private final ServerClient server;
  private final String app;
  private final String uid = "listen-" + UUID.randomUUID();
  private final String secret;
  private boolean added;

  /** Creates one whose messages will be signed with a secret; it is not there yet. */
  TemporaryEndpoint(ServerClient server, String app, String secret) {
    this.server = server;
    this.app = app;
    this.secret = secret;
  }

  /** Adds it. */
  synchronized void add(String url) {
    var unused =
        server.post(
            EndpointsCommand.path(app),
            ServerClient.object()
                .put("url", url)
                .put("uid", uid)
                .put("secret", secret)
                .put("description", "posthorn listen; goes by itself"));
    added = true;
  }

  /** Removes it; doing so twice does nothing. */
  @Override
  public synchronized void close() {
    if (added) {
      added = false;
      server.delete(EndpointsCommand.path(app) + "/" + uid);
    }
    server.close();
  }
}
