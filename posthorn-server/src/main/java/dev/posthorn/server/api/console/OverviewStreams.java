package dev.posthorn.server.api.console;

import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.health.HealthMonitor;
import dev.posthorn.server.health.Status;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.EventStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends each new overview to everyone who has the overview open, in a bounded number of streams. A
 * stream ends with its session or token. Thread-safe.
 */
public final class OverviewStreams implements AutoCloseable {
  private final HealthMonitor monitor;
  private final TokenAuthenticator authenticator;
  private final OverviewView view;
  private final OpenStreams open =
      new OpenStreams(
          " people watch the overview already; read it without Accept: text/event-stream");
  private final Consumer<Status> watcher = this::send;

  OverviewStreams(HealthMonitor monitor, TokenAuthenticator authenticator, OverviewView view) {
    this.monitor = monitor;
    this.authenticator = authenticator;
    this.view = view;
  }

  /** Takes a stream; throws 503 if there are too many, or the server stops. */
  synchronized void open(Call call, EventStream stream) {
    open.add(stream, Principal.of(call), this::ended);
    monitor.watch(watcher);
  }

  private synchronized void ended() {
    if (open.isEmpty()) {
      monitor.unwatch(watcher);
    }
  }

  private void send(Status status) {
    Map<Long, byte[]> overviews = new HashMap<>();
    open.forEach(
        (stream, watcher) -> {
          if (authenticator.isValid(watcher)) {
            stream.send(
                overviews.computeIfAbsent(
                    watcher.environment(), environment -> view.of(status, environment)));
          } else {
            stream.end();
          }
        });
  }

  /** Ends all streams. */
  @Override
  public void close() {
    open.close();
  }
}
