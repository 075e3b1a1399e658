package dev.posthorn;

import dev.posthorn.engine.Instruments;
import java.nio.file.Path;
import java.util.List;

/**
 * Sends webhooks: keeps messages in a database file and delivers each until it arrives.
 * Thread-safe; open one for a file.
 *
 * <p>Endpoints and messages belong to an application. Its own verbs are those of the application
 * {@code default}, for programs with one.
 */
public interface Posthorn extends Application, AutoCloseable {

  /**
   * Opens a database file with all defaults; it is created when it does not exist, and so is the
   * file {@code NAME.key} beside it, which its secrets are encrypted with.
   *
   * @throws dev.posthorn.error.PosthornException with INVALID if there is no such directory; with
   *     STORE_LOCKED if it is open already, here or in another process; with STORE_FAILED if it is
   *     not a database of Posthorn, was written by a newer version, or its key file cannot be used
   */
  static Posthorn open(Path file) {
    return open(PosthornOptions.file(file));
  }

  /** Opens a database; see {@link #open(Path)}. */
  static Posthorn open(PosthornOptions options) {
    return OpenPosthorn.open(options);
  }

  /**
   * Returns the application with a uid of yours; it is created when there is none.
   *
   * @param uid 1 to 256 letters, digits or {@code . _ - /}
   */
  Application application(String uid);

  /** Returns the application with an id; throws NOT_FOUND if there is none. */
  Application applicationWithId(String id);

  /** Returns all applications, oldest first. */
  List<Application> applications();

  /**
   * Removes an application with its endpoints; what waits for them is cancelled. Throws NOT_FOUND
   * if there is none with this uid, INVALID for {@code default}.
   */
  void removeApplication(String uid);

  /** Returns the event types that are offered to customers. */
  EventTypes eventTypes();

  /** Has a listener told of each attempt and of endpoints that Posthorn disables. */
  void addListener(DeliveryListener listener);

  /**
   * Returns what can be watched: counts since it was opened, and what is in memory now. For
   * Micrometer, see {@code dev.posthorn.metrics.PosthornMetrics}. It can be read after {@link
   * #close}, too.
   */
  Instruments instruments();

  /**
   * Stops: refuses messages, starts no further attempt, waits for those under way ({@link
   * PosthornOptions#closeTimeout}), and closes the file. What still waits goes on when the file is
   * opened again. Closing twice does nothing.
   */
  @Override
  void close();
}
