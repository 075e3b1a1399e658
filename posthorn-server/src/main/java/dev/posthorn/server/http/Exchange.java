package dev.posthorn.server.http;

import dev.posthorn.spi.wire.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that another HTTP server has received, and its response. */
public interface Exchange extends Call.Head {

  /** Returns the HTTP method. */
  String method();

  /** Returns the path under which the operations are, such as {@code /admin/webhooks}. */
  String base();

  /** Returns the rest of the path, still encoded; empty or with a slash at its begin. */
  String path();

  /** Returns the query, still encoded, or null. */
  @Nullable String query();

  /** Returns the request's body. */
  InputStream body() throws IOException;

  /**
   * Begins the response.
   *
   * @param length the length of its body; negative if it is not known, and the body is sent in
   *     pieces whenever it is flushed
   * @return takes the body, and ends the response once it is closed
   */
  OutputStream respond(int status, List<Header> headers, long length) throws IOException;

  /** Goes on with the response on a thread of its own, after the caller has returned. */
  void detach(Runnable rest);
}
