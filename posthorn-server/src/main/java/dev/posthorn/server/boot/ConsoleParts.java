package dev.posthorn.server.boot;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.server.admin.ConsoleLinks;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.health.EndpointTally;
import dev.posthorn.server.health.FiguresReader;
import dev.posthorn.server.health.HealthMonitor;
import dev.posthorn.server.http.HttpListener;
import dev.posthorn.server.nodes.Nodes;
import java.util.List;
import java.util.function.Supplier;

/** The server side of the console: health, the busiest endpoints, and links. */
final class ConsoleParts {
  private static final String SENDING = "v1.message.create";

  private final Engine engine;
  private final TokenAuthenticator authenticator;
  private final HealthMonitor monitor;
  private final EndpointTally tally = new EndpointTally(System::currentTimeMillis);
  private final boolean secure;
  private final List<ShownSetting> settings;
  private final Nodes nodes;

  /**
   * Creates the parts.
   *
   * @param listener returns the API's listener, once there is one
   */
  ConsoleParts(
      Engine engine,
      ServerOptions options,
      TokenAuthenticator authenticator,
      Supplier<HttpListener> listener) {
    this.engine = engine;
    this.authenticator = authenticator;
    this.monitor =
        new HealthMonitor(
            new FiguresReader(
                    engine,
                    options.database(),
                    new FiguresReader.Requests(
                        () -> listener.get().metrics().count(SENDING, 5), authenticator::failures))
                ::read);
    this.secure = isSecure(options.access());
    this.settings = options.manner().settings();
    this.nodes = Nodes.of(options.store());
    engine.events().add(tally);
  }

  /** Returns whether browsers reach the server by HTTPS alone. */
  private static boolean isSecure(ServerOptions.Access access) {
    String url = access.publicUrl();
    return url == null ? access.tls() != null : url.startsWith("https:");
  }

  /** Returns what the API needs. */
  Api.Console forApi() {
    return new Api.Console(authenticator, monitor, tally, secure, settings, nodes);
  }

  /** Returns the maker of links to a server that browsers reach under a URL. */
  ConsoleLinks links(Supplier<String> publicUrl) {
    return new ConsoleLinks(engine, authenticator.sessions(), publicUrl);
  }

  /** Starts to watch the server's health. */
  void start(Api api, Parts parts) {
    parts.push(api::endStreams); // before the listener, which would wait for them
    parts.push(monitor::close);
    monitor.start();
  }
}
