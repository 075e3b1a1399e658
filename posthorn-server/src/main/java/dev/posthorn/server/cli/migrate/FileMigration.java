package dev.posthorn.server.cli.migrate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.postgresql.copy.DatabaseImport;
import dev.posthorn.internal.sqlite.store.FileExport;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The move of a database file into a PostgreSQL database. */
public final class FileMigration {
  private static final Duration AFTER_THE_LEASE = Duration.ofSeconds(5);

  private final Path file;
  private final Store source;
  private final PostgresqlOptions options;
  private final PrintWriter err;
  private final UnaryOperator<StoreExport> around;
  private boolean waits;

  /**
   * Creates the move of a file.
   *
   * @param source the store in it, which nobody else has open
   * @param err receives the progress, for people
   */
  public FileMigration(Path file, Store source, PostgresqlOptions options, PrintWriter err) {
    this(file, source, options, err, UnaryOperator.identity());
  }

  /** Creates the move of a file with a decorator of its reads, for tests. */
  FileMigration(
      Path file,
      Store source,
      PostgresqlOptions options,
      PrintWriter err,
      UnaryOperator<StoreExport> around) {
    this.around = around;
    this.file = file.toAbsolutePath().normalize();
    this.source = source;
    this.options = options;
    this.err = err;
  }

  /** Returns the target for people. */
  private String where() {
    return "the schema " + options.schema() + " in PostgreSQL";
  }

  /**
   * Moves everything, or what an earlier call has left.
   *
   * @param out receives what was compared
   * @return whether both stores have the same rows
   * @throws IllegalArgumentException if the file or the database cannot be used for this
   */
  public boolean run(PrintWriter out) {
    if (MigrationMark.in(source, MigrationMark.OF_SOURCE) == null) {
      settle(); // it takes a while, and a server may start on the target until that is marked
    }
    try (DatabaseImport target = DatabaseImport.open(options, this::goesOnWaiting)) {
      MigrationMark mark = requireUsable(target);
      if (mark == null) {
        out.println("everything was moved already; nothing is left to do");
        return true;
      }
      try (FileExport rows = FileExport.open(file)) {
        return run(mark, rows, target, out);
      }
    }
  }

  /** The lease of a migration that was killed ends by itself. */
  private boolean goesOnWaiting(String obstacle, Duration waited) {
    if (!waits) {
      waits = true;
      err.println("waiting: " + obstacle);
      err.flush();
    }
    return waited.compareTo(options.leaseDuration().plus(AFTER_THE_LEASE)) < 0;
  }

  /** Returns the mark of this migration, or null if it is complete. */
  private @Nullable MigrationMark requireUsable(DatabaseImport target) {
    MigrationMark ofSource = MigrationMark.in(source, MigrationMark.OF_SOURCE);
    MigrationMark ofTarget = MigrationMark.in(target.store(), MigrationMark.OF_TARGET);
    if (ofSource != null && ofTarget != null && ofSource.id().equals(ofTarget.id())) {
      return ofTarget.complete() ? null : ofSource;
    }
    if (ofSource != null && ofSource.complete()) {
      throw new IllegalArgumentException(
          "--from: what is in " + file + " was moved to " + ofSource.other() + " already");
    }
    if (ofTarget != null && !ofTarget.complete()) {
      throw new IllegalArgumentException(
          "--to: "
              + where()
              + " has a part of "
              + ofTarget.other()
              + ", which is another migration; complete that one, or drop the schema");
    }
    if (!target.isEmpty()) {
      throw new IllegalArgumentException(
          "--to: " + where() + " is in use already; name another one with --schema, or drop it");
    }
    if (ofSource != null) {
      return ofSource;
    }
    return new MigrationMark(newId(), false, where());
  }

  /**
   * Completes the work that the file has put off, such as counts of hours. Only at the beginning:
   * it may remove what is past its time, and the copy would have it still.
   */
  private void settle() {
    while (source.upkeep(0, System.currentTimeMillis())) {
      // Each call does a slice.
    }
  }

  /** Requires that no server had started on the target before it was marked. */
  private void requireAlone() {
    if (PostgresqlNodes.read(options).nodes().size() > 1) {
      throw new IllegalArgumentException(
          "--to: a server has started on "
              + where()
              + " meanwhile; stop it, drop the schema, and run posthorn migrate --cancel, then"
              + " this command again");
    }
  }

  private static String newId() {
    return Long.toHexString(new SecureRandom().nextLong());
  }

  private boolean run(MigrationMark mark, FileExport rows, DatabaseImport target, PrintWriter out) {
    StoreExport read = around.apply(rows);
    CopyReport copied = new CopyReport(err, "copied");
    Migration migration = new Migration(source, read, target, copied);
    migration.begin(mark, file.toString());
    requireAlone();
    target.prepare(days(rows), rows.countedTo());
    migration.copy();
    copied.end();
    CopyReport compared = new CopyReport(err, "compared");
    List<Comparison.Line> lines = new Comparison(read, target, compared).run();
    compared.end();
    print(lines, out);
    if (!lines.stream().allMatch(Comparison.Line::isSame)) {
      return false;
    }
    migration.complete(mark, file.toString());
    return true;
  }

  private static Set<Long> days(FileExport rows) {
    Set<Long> days = new TreeSet<>();
    long day = TimeUnit.DAYS.toMillis(1);
    rows.eachDay(Ids.firstAt(day) - Ids.firstAt(0), id -> days.add(Ids.timeOf(id) / day * day));
    return days;
  }

  private static void print(List<Comparison.Line> lines, PrintWriter out) {
    for (Comparison.Line line : lines) {
      out.printf(
          "%-22s %12d rows, checksum %016x: %s%n",
          line.kind().name(),
          line.source().count(),
          line.source().sum(),
          line.isSame()
              ? "the same in both"
              : "DIFFERENT, %d rows, checksum %016x"
                  .formatted(line.target().count(), line.target().sum()));
      if (line.unreachable() > 0) {
        out.printf(
            "%-22s %12d rows not copied: their messages and endpoints are removed%n",
            "", line.unreachable());
      }
    }
    out.flush();
  }

  /**
   * Lets a file be used again that was moved, completely or not.
   *
   * @return whether its deliveries are held, because some may have been made from the database
   */
  public static boolean cancel(Store source) {
    MigrationMark mark = MigrationMark.in(source, MigrationMark.OF_SOURCE);
    if (mark == null) {
      throw new IllegalArgumentException("--from: nothing was moved from this file");
    }
    if (mark.complete()) {
      RestoreHold.set(source, System.currentTimeMillis());
    }
    Batch batch = new Batch();
    batch.idFloor = source.idFloor();
    batch.settings.add(new SettingChange.PutSetting(MigrationMark.OF_SOURCE, null));
    source.commit(batch);
    return mark.complete();
  }
}
