package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The user that the server runs as. PostgreSQL refuses to run as root, so root runs it as {@code
 * nobody}.
 *
 * @param prefix the command that goes before the server's commands
 * @param owner the user that must own the server's folder; null for this process's own
 */
record ServerUser(List<String> prefix, @Nullable String owner) {
  private static final String NOBODY = "nobody";

  /** Commands that run another as nobody; systems differ in which they have. */
  private static final List<List<String>> SWITCHES =
      List.of(
          List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups"),
          List.of("runuser", "-u", NOBODY, "--"),
          List.of("sudo", "-n", "-u", NOBODY));

  /**
   * Returns the user to run as.
   *
   * @throws IOException if this process is root's and no command runs another as nobody
   */
  static ServerUser find() throws IOException {
    if (!System.getProperty("user.name").equals("root")) {
      return new ServerUser(List.of(), null);
    }
    for (List<String> prefix : SWITCHES) {
      if (works(prefix)) {
        return new ServerUser(prefix, NOBODY);
      }
    }
    throw new IOException(
        "PostgreSQL does not run as root, and none of setpriv, runuser and sudo runs it as nobody;"
            + " run the tests as another user");
  }

  /** Returns a command as this user. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }

  /** Gives a file or folder to this user. */
  void own(Path path) throws IOException {
    if (owner != null) {
      UserPrincipal user =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(owner);
      Files.setOwner(path, user);
    }
  }

  private static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
