package dev.posthorn.server.cli.migrate;

import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;

/**
 * The place that a migration has come to, kept in the target in the same commits as the rows.
 *
 * @param kind the index of the kind that is being copied; the number of kinds at the end
 * @param at the position of the last row of it that was copied
 */
record CopyProgress(int kind, Position at) {
  static final CopyProgress START = new CopyProgress(0, Position.START);
  private static final String END = "end";

  /**
   * Returns the progress of a target.
   *
   * @throws IllegalArgumentException if another version made it, which knows other kinds
   */
  static CopyProgress in(Reads target) {
    String text = target.setting(MigrationMark.PROGRESS);
    if (text == null) {
      return START;
    }
    int colon = text.indexOf(':');
    String name = text.substring(0, colon);
    List<String> names = RowKind.all().stream().map(RowKind::name).toList();
    int kind = name.equals(END) ? names.size() : names.indexOf(name);
    if (kind < 0) {
      throw new IllegalArgumentException(
          "--to: another version of Posthorn has begun this migration and copied "
              + name
              + "; run that version, or drop the schema and begin again");
    }
    return new CopyProgress(kind, Position.of(text.substring(colon + 1)));
  }

  /** Returns the start of the next kind. */
  CopyProgress next() {
    return new CopyProgress(kind + 1, Position.START);
  }

  SettingChange change() {
    List<RowKind<?>> kinds = RowKind.all();
    String name = kind < kinds.size() ? kinds.get(kind).name() : END;
    return new SettingChange.PutSetting(MigrationMark.PROGRESS, name + ":" + at.text());
  }
}
