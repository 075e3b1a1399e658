package dev.posthorn.server.cli.migrate;

import dev.posthorn.internal.copy.Exported;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowDigest;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.postgresql.copy.DatabaseImport;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.List;

/** Compares all rows of two stores, by their numbers and checksums. */
final class Comparison {
  private final StoreExport rows;
  private final DatabaseImport target;
  private final CopyReport report;
  private final List<Line> lines = new ArrayList<>();

  Comparison(StoreExport rows, DatabaseImport target, CopyReport report) {
    this.rows = rows;
    this.target = target;
    this.report = report;
  }

  /**
   * The rows of a kind in both stores.
   *
   * @param kind the kind
   * @param source those of the source that are copied
   * @param target those of the target
   * @param unreachable the number of those that are not copied, because nobody can ask for them
   */
  record Line(RowKind<?> kind, RowDigest.Result source, RowDigest.Result target, long unreachable) {
    boolean isSame() {
      return source.equals(target);
    }
  }

  /** Returns a line for each kind. */
  List<Line> run() {
    for (RowKind<?> kind : RowKind.all()) {
      compare(kind);
    }
    return lines;
  }

  private <R> void compare(RowKind<R> kind) {
    RowDigest digest = new RowDigest();
    long[] unreachable = new long[1];
    rows.each(
        kind,
        Position.START,
        row -> {
          if (!row.isReachable()) {
            unreachable[0]++;
          } else if (Migration.isCopied(row)) {
            digest.add(hashed(row));
            report.note(kind, 1);
          }
        });
    lines.add(
        new Line(kind, digest.result(), target.digest(kind, Migration::isData), unreachable[0]));
  }

  private static Exported<?> hashed(Exported<?> row) {
    return row.row() instanceof MessageRow message
        ? new Exported<>(row.at(), row.partition(), RowDigest.hashed(message))
        : row;
  }
}
