package dev.posthorn.server.embed;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.message.AcceptanceListener;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.health.EndpointTally;
import dev.posthorn.server.health.FiguresReader;
import dev.posthorn.server.health.HealthMonitor;
import dev.posthorn.server.http.BlockingDispatcher;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.server.portal.PortalLook;
import dev.posthorn.spi.runtime.Clock;
import java.util.List;
import java.util.Set;

/** The console's operations on one engine, and what watches that engine for them. */
final class EngineConsole implements AutoCloseable {
  private static final long WAIT_MILLIS = 10_000;
  private static final int NO_TOKENS = 1;

  /** Operations on tokens, which the embedded console has not: the program signs people in. */
  private static final List<String> OF_TOKENS =
      List.of("/api/v1/auth/", "/api/v1/management/authentication/");

  private static final Set<String> SIGNING_OUT = Set.of("v1.console.session.delete");

  private final Engine engine;
  private final HealthMonitor monitor;
  private final EndpointTally tally = new EndpointTally(System::currentTimeMillis);
  private final Api api;
  private final BlockingDispatcher dispatcher;

  EngineConsole(Engine engine) {
    this.engine = engine;
    this.monitor =
        new HealthMonitor(new FiguresReader(engine, null, FiguresReader.Requests.NONE)::read);
    this.api =
        new Api(
            new ApiSupport(engine, WAIT_MILLIS),
            AcceptanceListener.NONE,
            new Api.Portal(List.of(), PortalLook.DEFAULT, new Poster(engine.context().runtime())),
            () -> "http://localhost", // of links to the portal, which is not served
            new Api.Console(
                new TokenAuthenticator(engine, null, Clock.system(), NO_TOKENS),
                monitor,
                tally,
                false,
                List.of(),
                null)); // they need the module of PostgreSQL
    this.dispatcher =
        new BlockingDispatcher(
            api.operations().stream().filter(EngineConsole::isServed).toList(),
            engine.registry()::refresh);
    engine.events().add(tally);
    monitor.start();
  }

  private static boolean isServed(Operation operation) {
    if (operation.access() == Operation.Access.PUBLIC) {
      return operation.path().equals("/console/{file}");
    }
    return !SIGNING_OUT.contains(operation.id())
        && OF_TOKENS.stream().noneMatch(operation.path()::startsWith);
  }

  boolean isOf(Engine other) {
    return engine == other;
  }

  BlockingDispatcher dispatcher() {
    return dispatcher;
  }

  @Override
  public void close() {
    api.endStreams();
    monitor.close();
    engine.events().remove(tally);
  }
}
