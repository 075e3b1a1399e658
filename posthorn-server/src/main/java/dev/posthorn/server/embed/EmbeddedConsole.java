package dev.posthorn.server.embed;

import dev.posthorn.Posthorn;
import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.server.auth.ConsoleSessions;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.console.ConsolePages;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.BlockingDispatcher;
import dev.posthorn.server.http.Exchange;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The console of a {@link Posthorn} in the same program. The program decides who may see it, and
 * where it is: it passes requests below a path of its own. The page is at that path, its files
 * below {@code console}, and the part of the HTTP API that they use below {@code api/v1}.
 *
 * <p>Requests to the API are accepted only from the console's own pages, so that no page of another
 * origin can send one with the cookies of a person who is signed in. Thread-safe.
 */
public final class EmbeddedConsole implements AutoCloseable {
  private static final String API = "/api/v1/";

  /** The only environment of the library. */
  private static final long ENVIRONMENT = 1;

  private final Instrumented posthorn;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable EngineConsole current;
  private boolean closed;

  /**
   * Creates the console of an open Posthorn, which it does not close.
   *
   * @throws IllegalArgumentException if the object is not one that {@link Posthorn} opened
   */
  public EmbeddedConsole(Posthorn posthorn) {
    if (!(posthorn instanceof Instrumented open)) {
      throw new IllegalArgumentException(
          "the console needs an object that Posthorn.open returned, or the bean of the starter");
    }
    this.posthorn = open;
  }

  /**
   * Answers a request below the console's path.
   *
   * @param visitor the person who sent it; null is refused, because nobody is signed in
   */
  public void handle(Exchange exchange, @Nullable Visitor visitor) throws IOException {
    BlockingDispatcher dispatcher;
    try {
      if (visitor == null) {
        throw ApiError.forbidden(
            "nobody is signed in: the program's security must protect the console's path");
      }
      if (isPage(exchange)) {
        BlockingDispatcher.send(exchange, ConsolePages.pageBelow(exchange.base()));
        return;
      }
      if (exchange.path().startsWith(API)) {
        ConsoleSessions.requireOwnPage(exchange);
      }
      dispatcher = dispatcher();
    } catch (ApiError e) {
      BlockingDispatcher.send(exchange, e.answer());
      return;
    }
    dispatcher.handle(exchange, guest(visitor));
  }

  private static boolean isPage(Exchange exchange) {
    boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    return reads && (exchange.path().isEmpty() || exchange.path().equals("/"));
  }

  private static Principal guest(Visitor visitor) {
    return Principal.guest(ENVIRONMENT, visitor.name(), visitor.capabilities());
  }

  /** Returns the console of the engine, which is another one after the program opened it again. */
  private BlockingDispatcher dispatcher() {
    lock.lock();
    try {
      if (closed) {
        throw ApiError.later(503, "closing", "the program is shutting down", 5);
      }
      Engine engine = posthorn.engine();
      EngineConsole present = current;
      if (present == null || !present.isOf(engine)) {
        end();
        present = new EngineConsole(engine);
        current = present;
      }
      return present.dispatcher();
    } finally {
      lock.unlock();
    }
  }

  /** Serves again after {@link #close}. */
  public void reopen() {
    lock.lock();
    try {
      closed = false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the open streams, and refuses requests. Posthorn stays open. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      end();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    EngineConsole before = current;
    if (before != null) {
      current = null;
      before.close();
    }
  }
}
