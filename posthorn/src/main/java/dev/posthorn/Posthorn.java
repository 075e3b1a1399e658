package dev.posthorn;

import dev.posthorn.internal.api.OpenPosthorn;
import java.nio.file.Path;
import java.util.List;

/**
 * Webhook delivery from a database file: keeps messages and delivers each until it arrives.
 * Thread-safe; open one for a file.
 *
 * <p>Endpoints and messages belong to an application. The methods that this interface inherits are
 * those of the application {@code default}, for programs with one.
 */
public interface Posthorn extends Application, AutoCloseable {

  /**
   * Opens a database file with default options. The file is created if it does not exist, and so is
   * the file {@code NAME.key} beside it, whose key encrypts secrets.
   *
   * @throws dev.posthorn.PosthornException with INVALID if there is no such directory, or what is
   *     on the class path cannot be used, with what to set; with STORE_LOCKED if it is open
   *     already, here or in another process ({@link PosthornOptions#openTimeout} waits for that);
   *     with STORE_FAILED if it is not a database of Posthorn, was written by a newer version, or
   *     its key file cannot be used
   */
  static Posthorn open(Path file) {
    return open(PosthornOptions.of(file));
  }

  /** Opens a database; see {@link #open(Path)}. */
  static Posthorn open(PosthornOptions options) {
    return OpenPosthorn.open(options);
  }

  /**
   * Restores a database file from a backup, which is read and checked as a whole before the file
   * gets its name. Deliveries are held after opening until {@link #release}. The file needs the
   * keys of the original database.
   *
   * @param backup a file that {@link #backup} created
   * @param file the new database; no file of an old one may be left
   * @throws dev.posthorn.PosthornException with INVALID if there is such a file; with STORE_FAILED
   *     or STORE_FULL if the backup is damaged or something else, or the file cannot be written.
   *     Nothing is left of the file then
   */
  static void restore(Path backup, Path file) {
    OpenPosthorn.restore(backup, file);
  }

  /**
   * Returns the application with your own name; it is created if there is none. Concurrent calls
   * return the same application.
   *
   * @param uid 1 to 256 letters, digits or {@code - _ .}, but not {@code .} or {@code ..} alone
   */
  Application application(String uid);

  /** Returns the application with an id; throws NOT_FOUND if it is unknown. */
  Application applicationWithId(String id);

  /** Returns all applications, oldest first. */
  List<Application> applications();

  /**
   * Removes an application with its endpoints, and cancels their pending deliveries. Throws
   * NOT_FOUND if the uid is unknown, INVALID for {@code default}.
   */
  void removeApplication(String uid);

  /** Returns the event types that are offered to customers. */
  EventTypes eventTypes();

  /**
   * Returns the inbox, to which {@link #send(java.sql.Connection, NewMessage)} writes.
   *
   * @throws PosthornException with INVALID if the options have none
   */
  Inbox inbox();

  /** Adds a listener for attempts and for endpoints that Posthorn disables. */
  void addListener(DeliveryListener listener);

  /**
   * Returns figures of this moment: counts since it was opened, and what it holds now. What it
   * holds is as of the last second; if the event loops are busy, this waits up to a second for
   * them. For Micrometer, see {@code dev.posthorn.metrics.PosthornMetrics}. May be called after
   * {@link #close}.
   */
  PosthornStats stats();

  /** Returns the health, at no cost. May be called after {@link #close}. */
  Health health();

  /**
   * Copies the database, as of one moment, to a new file while it is in use, and returns when the
   * copy is complete. The copy does not contain the keys: back them up, too.
   *
   * @param target a file that does not exist, in a directory that does
   * @throws dev.posthorn.PosthornException with INVALID if there is such a file; with STORE_FULL or
   *     STORE_FAILED if it cannot be written; with CLOSED if Posthorn is closed meanwhile. Nothing
   *     is left of the target then
   */
  void backup(Path target);

  /**
   * Encrypts all secrets of older keys with the newest key, while everything else continues. Later
   * only backups need the older keys.
   *
   * @return the number of secrets
   */
  int reencrypt();

  /**
   * Starts deliveries in a file that was restored from a backup. Until then they are held ({@link
   * Health#held}), while messages are accepted: deliveries that are pending in the backup may have
   * succeeded after it was made. Without a hold, does nothing.
   */
  void release();

  /**
   * Closes the file: rejects messages, starts no more attempts, and waits for deliveries in flight
   * ({@link PosthornOptions#closeTimeout}). Pending deliveries continue when the file is opened
   * again. Closing twice does nothing.
   */
  @Override
  void close();
}
