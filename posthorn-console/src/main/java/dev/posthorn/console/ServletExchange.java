package dev.posthorn.console;

import dev.posthorn.server.http.Exchange;
import dev.posthorn.spi.wire.Header;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of a servlet container.
 *
 * @param request the request
 * @param response its response
 */
record ServletExchange(HttpServletRequest request, HttpServletResponse response)
    implements Exchange {

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String base() {
    return request.getContextPath() + request.getServletPath();
  }

  /** Returns the rest as the client sent it; nothing of the console has a path that is odd. */
  @Override
  public String path() {
    String whole = request.getRequestURI();
    return whole.startsWith(base()) ? whole.substring(base().length()) : whole;
  }

  @Override
  public @Nullable String query() {
    return request.getQueryString();
  }

  @Override
  public InputStream body() throws IOException {
    return request.getInputStream();
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  @Override
  public @Nullable String authority() {
    return request.getHeader("Host");
  }

  @Override
  public String peer() {
    return request.getRemoteAddr();
  }

  @Override
  public OutputStream respond(int status, List<Header> headers, long length) throws IOException {
    response.setStatus(status);
    headers.forEach(one -> response.setHeader(one.name(), one.value()));
    if (length >= 0) {
      response.setContentLengthLong(length);
    }
    return response.getOutputStream();
  }

  @Override
  public void detach(Runnable rest) {
    AsyncContext async = request.startAsync();
    async.setTimeout(0); // the stream ends by itself
    Thread.ofVirtual()
        .name("posthorn-console")
        .start(
            () -> {
              try {
                rest.run();
              } finally {
                async.complete();
              }
            });
  }
}
