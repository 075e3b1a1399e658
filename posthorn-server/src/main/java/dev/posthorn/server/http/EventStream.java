package dev.posthorn.server.http;

import dev.posthorn.spi.wire.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events to one client. At most one event waits for a client that does not
 * read: further ones are skipped, so each event must say everything that its client needs. Events
 * and the end may come from any thread; everything else happens on the thread that writes them.
 */
public interface EventStream {
  /** The media type that a client accepts if it wants events. */
  String TYPE = "text/event-stream";

  /** The headers of a stream. */
  List<Header> HEADERS =
      List.of(
          new Header("Content-Type", TYPE + "; charset=utf-8"),
          new Header("Cache-Control", "no-store"),
          new Header("X-Content-Type-Options", "nosniff"),
          new Header("X-Accel-Buffering", "no")); // for nginx, which else keeps events back

  /** Returns whether a client wants events, by its {@code Accept} header, which may be missing. */
  static boolean isAccepted(@Nullable String accept) {
    return accept != null && accept.contains(TYPE);
  }

  /** Returns whether an event would be sent now, not skipped. */
  boolean isReady();

  /** Runs a task again and again until the stream ends. Called when the stream is opened. */
  void every(long millis, Runnable task);

  /** Sets a task to run once the stream has ended, for whatever reason. */
  void onEnd(Runnable task);

  /**
   * Sends an event with JSON, which has no line breaks, or skips it while the client has not read
   * the previous one.
   */
  void send(byte[] json);

  /** Ends the stream; the client may ask for another one. */
  void end();
}
