package dev.posthorn.server.command;

import dev.posthorn.server.client.ServerClient;
import dev.posthorn.signature.Keys;
import java.util.UUID;

/** An endpoint of a running server that is there as long as somebody listens. */
final class TemporaryEndpoint implements AutoCloseable {
  private final ServerClient server;
  private final String app;
  private final String uid = "listen-" + UUID.randomUUID();
  private final String secret = Keys.generateSecret();
  private boolean added;

  TemporaryEndpoint(ServerClient server, String app) {
    this.server = server;
    this.app = app;
  }

  /** Returns what its messages are signed with. */
  String secret() {
    return secret;
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
