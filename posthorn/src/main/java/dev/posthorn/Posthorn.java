package dev.posthorn;

import dev.posthorn.internal.api.OpenPosthorn;
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
   * Makes a database file from a backup, which is read as a whole and checked before the file gets
   * its name. The file is held when it is opened: nothing is delivered before {@link #release}. It
   * needs the keys of the database that was backed up.
   *
   * @param backup what {@link #backup} made
   * @param file where the database is to be; nothing may be left of one there
   * @throws dev.posthorn.PosthornException with INVALID if there is such a file; with STORE_FAILED
   *     or STORE_FULL if the backup is damaged or something else, or the file cannot be written.
   *     Nothing is left of the file then
   */
  static void restore(Path backup, Path file) {
    OpenPosthorn.restore(backup, file);
  }

  /**
   * Returns the application with a uid of yours; it is created when there is none. All who ask for
   * a new one at the same time get the same.
   *
   * @param uid 1 to 256 letters, digits or {@code - _ .}, but not {@code .} or {@code ..} alone
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
   * Returns figures of this moment: counts since it was opened, and what it holds now. What it
   * holds is as of the last second; if the event loops are busy, this waits up to a second for
   * them. For Micrometer, see {@code dev.posthorn.metrics.PosthornMetrics}. May be called after
   * {@link #close}.
   */
  PosthornStats stats();

  /** Returns whether it can do its work. Costs nothing, and can be asked after {@link #close}. */
  Health health();

  /**
   * Copies the database, as of one moment, into a new file while it is used, and returns once the
   * copy is whole. The keys that its secrets are encrypted with are not in it: keep them, too.
   *
   * @param target a file that does not exist, in a directory that does
   * @throws dev.posthorn.PosthornException with INVALID if there is such a file; with STORE_FULL or
   *     STORE_FAILED if it cannot be written; with CLOSED if Posthorn is closed meanwhile. Nothing
   *     is left of the target then
   */
  void backup(Path target);

  /**
   * Encrypts again, with the newest key, the secrets that an older one encrypts, while all else
   * goes on. After that the older key is needed for backups only.
   *
   * @return how many secrets there were
   */
  int reencrypt();

  /**
   * Delivers what waits, from now on, in a file that was made from a backup. Such a file is held
   * until then ({@link Health#held}): messages are accepted, but nothing is delivered, since what
   * waited in the backup may have been delivered after it was made. Without a hold, does nothing.
   */
  void release();

  /**
   * Stops: refuses messages, starts no further attempt, waits for those under way ({@link
   * PosthornOptions#closeTimeout}), and closes the file. What still waits goes on when the file is
   * opened again. Closing twice does nothing.
   */
  @Override
  void close();
}
