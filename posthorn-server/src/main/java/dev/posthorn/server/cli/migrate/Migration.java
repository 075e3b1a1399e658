package dev.posthorn.server.cli.migrate;

import dev.posthorn.internal.copy.Exported;
import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.SettingRow;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.postgresql.copy.DatabaseImport;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;

/**
 * Copies all rows of one store into a database, and marks both, so that at any time at most one of
 * them can be served. Everything that is written may be written again, and each commit also notes
 * how far it has come: so a migration that was killed goes on where it was.
 */
final class Migration {
  private final Store source;
  private final StoreExport rows;
  private final DatabaseImport target;
  private final CopyReport report;
  private final long floor;

  /**
   * Creates a migration.
   *
   * @param source the store that is copied; nobody else has it open
   * @param rows its rows
   */
  Migration(Store source, StoreExport rows, DatabaseImport target, CopyReport report) {
    this.source = source;
    this.rows = rows;
    this.target = target;
    this.report = report;
    this.floor = source.idFloor();
  }

  /** Marks both stores, the source first, so that it does not change from now on. */
  void begin(MigrationMark mark, String from) {
    if (MigrationMark.in(source, MigrationMark.OF_SOURCE) == null) {
      commit(source, mark.as(MigrationMark.OF_SOURCE));
    }
    if (MigrationMark.in(target.store(), MigrationMark.OF_TARGET) == null) {
      commit(
          target.store(),
          new MigrationMark(mark.id(), false, from).as(MigrationMark.OF_TARGET),
          CopyProgress.START.change());
    }
  }

  private void commit(Store store, SettingChange... changes) {
    Batch batch = new Batch();
    batch.idFloor = floor;
    batch.settings.addAll(List.of(changes));
    store.commit(batch);
  }

  /** Copies what is missing. */
  void copy() {
    CopyProgress progress = CopyProgress.in(target.store());
    List<RowKind<?>> kinds = RowKind.all();
    for (int i = progress.kind(); i < kinds.size(); i++) {
      copy(kinds.get(i), progress);
      progress = progress.next();
      commit(target.store(), progress.change());
    }
  }

  private <R> void copy(RowKind<R> kind, CopyProgress from) {
    CopyBatch<R> batch = new CopyBatch<>(kind);
    rows.each(
        kind,
        from.at(),
        row -> {
          if (isCopied(row)) {
            batch.add(row);
          }
          if (batch.isFull()) {
            write(batch, from.kind());
          }
        });
    if (!batch.isEmpty()) {
      write(batch, from.kind());
    }
  }

  /** Returns whether a row belongs to the data, and somebody can ask for it. */
  static boolean isCopied(Exported<?> row) {
    return row.isReachable() && isData(row.row());
  }

  /** Returns whether a row is not one of the migration's own. */
  static boolean isData(Object row) {
    return !(row instanceof SettingRow setting && MigrationMark.isMark(setting));
  }

  private <R> void write(CopyBatch<R> rowsOfKind, int kind) {
    List<Exported<R>> all = rowsOfKind.rows();
    Batch batch = new Batch();
    batch.idFloor = floor;
    if (rowsOfKind.kind().equals(RowKind.HOURS)) {
      target.putHours(hours(all));
    } else {
      all.forEach(row -> rowsOfKind.kind().add(batch, row));
    }
    Position last = all.getLast().at();
    batch.settings.add(new CopyProgress(kind, last).change());
    target.store().commit(batch);
    report.note(rowsOfKind.kind(), all.size());
    rowsOfKind.clear();
  }

  @SuppressWarnings("unchecked") // the kind says so
  private static <R> List<Exported<HourRow>> hours(List<Exported<R>> all) {
    return (List<Exported<HourRow>>) (List<?>) all;
  }

  /** Lets the target be used, and never the source. */
  void complete(MigrationMark mark, String from) {
    commit(source, mark.completed().as(MigrationMark.OF_SOURCE));
    commit(
        target.store(),
        new MigrationMark(mark.id(), true, from).as(MigrationMark.OF_TARGET),
        new SettingChange.PutSetting(MigrationMark.PROGRESS, null));
  }
}
