package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.internal.sqlite.history.HistoryScan;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.TaskRow;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads background tasks. */
public final class TaskReads {
  private static final String TASKS = RecordTables.TASKS.select() + " t";
  private static final String BY_ENVIRONMENT =
      RecordTables.TASKS.select() + " i WHERE i.environment = ? AND i.id > ? AND i.id < ?";

  /** Maximum size of the results on one page, in characters: the page ends once they exceed it. */
  private static final long MOST_DATA = 4 * 1024 * 1024;

  private TaskReads() {}

  public static @Nullable TaskRow task(Reader reader, long id) throws SQLException {
    return reader.one(RecordTables.TASKS::map, TASKS + " WHERE t.id = ?", id);
  }

  public static Page<TaskRow> tasks(Reader reader, TaskQuery query) throws SQLException {
    HistoryScan.Source<TaskRow> source =
        new HistoryScan.Source<>(
            new long[0],
            Long.MAX_VALUE,
            BY_ENVIRONMENT,
            query.environment(),
            "",
            RecordTables.TASKS::map);
    return new HistoryScan<>(source, query.page(), query::matches)
        .within(MOST_DATA, row -> row.data().length())
        .run(reader);
  }

  public static List<TaskRow> running(Reader reader) throws SQLException {
    return reader.list(
        RecordTables.TASKS::map, TASKS + " WHERE t.status = 'running' ORDER BY t.id");
  }
}
