package dev.posthorn.store.sqlite;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A second process that uses a store, as a separate program, and the handle to it. */
final class OtherProcess implements AutoCloseable {
  /** Number of messages per batch of the committing process. */
  static final int BATCH = 10;

  private final Process process;
  private final BufferedReader output;

  private OtherProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a process that tries to open a store, and prints {@code open} or the reason why not. */
  static OtherProcess opening(Path file) throws IOException {
    return start("open", file);
  }

  /** Starts a process that commits one batch after another, and prints the number of each. */
  static OtherProcess committing(Path file) throws IOException {
    return start("commit", file);
  }

  /**
   * Starts a process that tries to open a store with a file size limit, as if the disk were full.
   *
   * @param library a folder with SQLite's library, which is larger
   */
  static OtherProcess openingWithin(int kilobytes, Path file, Path library) throws IOException {
    // Blocks of 512 bytes, as in POSIX.
    String limited = "ulimit -f " + 2 * kilobytes + "; exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", limited, "sh"));
    command.addAll(command("open", file, "-Dorg.sqlite.lib.path=" + library));
    return start(command);
  }

  private static OtherProcess start(String task, Path file) throws IOException {
    return start(command(task, file));
  }

  private static OtherProcess start(List<String> command) throws IOException {
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static List<String> command(String task, Path file, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:-UsePerfData");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(OtherProcess.class.getName(), task, file.toString()));
    return command;
  }

  /** Waits for its next line of output. */
  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("The other process ended without output");
    }
    return line;
  }

  /** Kills it, and returns its remaining output. */
  List<String> kill() throws InterruptedException {
    // The process's own method would close its output too.
    process.toHandle().destroyForcibly();
    process.waitFor();
    return output.lines().toList();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Runs the other process; its arguments are a task and a file. */
  public static void main(String[] args) throws IOException {
    try (Store store = SqliteStore.open(Path.of(args[1]), SqliteOptions.defaults())) {
      if (args[0].equals("open")) {
        System.out.println("open");
        System.in.transferTo(System.out);
      }
      for (int number = 1; true; number++) {
        store.commit(batch(number));
        System.out.println(number);
      }
    } catch (StoreException e) {
      System.out.println(e.reason() + " " + e.getMessage());
    }
  }

  /** Returns a batch of messages of application 1 with the ids from 10 times its number. */
  static Batch batch(int number) {
    Batch batch = new Batch();
    for (long id = (long) number * BATCH; id < (number + 1L) * BATCH; id++) {
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[0],
                  new byte[500]));
    }
    batch.idFloor = (number + 1L) * BATCH;
    return batch;
  }
}
