package dev.posthorn.server.embed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.posthorn.server.http.Exchange;
import dev.posthorn.spi.wire.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The console on the JDK's own HTTP server: {@code server.createContext("/admin/webhooks",
 * handler)}. The server needs an executor, or one slow request holds up all others.
 */
public final class ConsoleHttpHandler implements HttpHandler {
  private final EmbeddedConsole console;
  private final Function<HttpExchange, @Nullable Visitor> visitors;

  /**
   * Creates a handler.
   *
   * @param visitors returns the person whom the program has signed in, or null
   */
  public ConsoleHttpHandler(
      EmbeddedConsole console, Function<HttpExchange, @Nullable Visitor> visitors) {
    this.console = console;
    this.visitors = visitors;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    console.handle(new Adapter(exchange), visitors.apply(exchange));
  }

  /** A request of the JDK's server. */
  private record Adapter(HttpExchange exchange) implements Exchange {

    @Override
    public String method() {
      return exchange.getRequestMethod();
    }

    @Override
    public String base() {
      String path = exchange.getHttpContext().getPath();
      return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public String path() {
      return exchange.getRequestURI().getRawPath().substring(base().length());
    }

    @Override
    public @Nullable String query() {
      return exchange.getRequestURI().getRawQuery();
    }

    @Override
    public InputStream body() {
      return exchange.getRequestBody();
    }

    @Override
    public @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    @Override
    public @Nullable String authority() {
      return header("Host");
    }

    @Override
    public String peer() {
      return exchange.getRemoteAddress().getAddress().getHostAddress();
    }

    @Override
    public OutputStream respond(int status, List<Header> headers, long length) throws IOException {
      headers.forEach(one -> exchange.getResponseHeaders().add(one.name(), one.value()));
      // Its own way to say "no body" and "in pieces".
      exchange.sendResponseHeaders(status, length == 0 ? -1 : Math.max(0, length));
      return length == 0 ? OutputStream.nullOutputStream() : exchange.getResponseBody();
    }

    @Override
    public void detach(Runnable rest) {
      Thread.ofVirtual().name("posthorn-console").start(rest);
    }
  }
}
