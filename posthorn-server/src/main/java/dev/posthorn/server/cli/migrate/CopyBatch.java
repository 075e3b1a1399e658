package dev.posthorn.server.cli.migrate;

import dev.posthorn.internal.copy.Exported;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a kind that are written together: few enough that they fit into a small heap, however
 * large each is.
 *
 * @param <R> the type of the rows
 */
final class CopyBatch<R> {
  private static final int MAX_ROWS = 1_000;
  private static final long MAX_BYTES = 4 << 20;

  /** The size of a row apart from what varies. */
  private static final long ROW_BYTES = 500;

  private final RowKind<R> kind;
  private final List<Exported<R>> rows = new ArrayList<>();
  private long bytes;

  CopyBatch(RowKind<R> kind) {
    this.kind = kind;
  }

  RowKind<R> kind() {
    return kind;
  }

  List<Exported<R>> rows() {
    return rows;
  }

  void add(Exported<R> row) {
    rows.add(row);
    bytes += ROW_BYTES + size(row.row());
  }

  private static long size(@Nullable Object row) {
    return switch (row) {
      case MessageRow message ->
          message.body().length + (long) Long.BYTES * message.targets().length;
      case AttemptRow attempt -> attempt.excerpt().length;
      case SecretRow secret -> secret.ciphertext().length;
      case TaskRow task -> 2L * task.data().length();
      case EventTypeRow type -> 2L * type.toString().length();
      case DedupeRow key -> key.answer() == null ? 0 : key.answer().length;
      case null, default -> 0;
    };
  }

  boolean isFull() {
    return rows.size() >= MAX_ROWS || bytes >= MAX_BYTES;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  void clear() {
    rows.clear();
    bytes = 0;
  }
}
