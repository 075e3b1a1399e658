package dev.posthorn.server.cli.operate;

import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.runtime.Restoration;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.server.config.TempFolder;
import dev.posthorn.spi.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts a backup in the place of a database. */
@Command(
    name = "restore",
    description = {
      "Restores a backup as the database of a server that is not running.",
      "Messages that waited when the backup was made may have been delivered since. So"
          + " the server accepts messages, but delivers nothing until posthorn release."
    },
    sortOptions = false)
public final class RestoreCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--from", required = true, paramLabel = "FILE", description = "The backup.")
  private Path from;

  @Option(
      names = "--db",
      required = true,
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_DB}",
      description = "The database; must not exist, so move the old one away. (POSTHORN_DB)")
  private Path db;

  @Option(
      names = "--hold",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Deliver nothing until posthorn release. This is the default; --no-hold turns it"
              + " off.")
  private boolean hold;

  @Override
  public Integer call() throws IOException {
    NativeLibrary.load(UnpackFolders.of(db, TempFolder.named()));
    try {
      Restoration.restore(from, db, hold, new Progress(spec.commandLine().getErr())::told);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--db: " + e.getMessage(), e);
    } catch (StoreException e) {
      throw new StoreException(e.reason(), "--from: " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("restored to " + db);
    out.println(
        hold
            ? "the server will deliver nothing until posthorn release"
            : "the server will deliver what waits when it starts");
    return 0;
  }

  /** Reports progress while a large file is checked. */
  private static final class Progress {
    private static final long EACH_SECONDS = 10;

    private final PrintWriter err;
    private final long began = System.nanoTime();
    private long next = EACH_SECONDS;

    Progress(PrintWriter err) {
      this.err = err;
    }

    boolean told() {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
      if (seconds >= next) {
        err.println("still checking the backup after " + seconds + " s");
        err.flush();
        next = seconds + EACH_SECONDS;
      }
      return true;
    }
  }
}
