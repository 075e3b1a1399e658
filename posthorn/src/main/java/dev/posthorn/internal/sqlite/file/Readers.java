package dev.posthorn.internal.sqlite.file;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Executor of reads. */
public interface Readers {

  /** A read of one state of the store. */
  interface Read<T> {
    T run(Reader reader) throws SQLException;
  }

  /** A read of one state of the store that may find nothing. */
  interface Find<T> {
    @Nullable T run(Reader reader) throws SQLException;
  }

  /** Runs a read that may find nothing. */
  <T> @Nullable T find(Find<T> find);

  /** Runs a read. */
  default <T> T read(Read<T> read) {
    return Objects.requireNonNull(find(read::run));
  }
}
