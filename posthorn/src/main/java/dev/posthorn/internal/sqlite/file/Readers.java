package dev.posthorn.internal.sqlite.file;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where reads run. */
public interface Readers {

  /** What is read from one state of the store. */
  interface Read<T> {
    T run(Reader reader) throws SQLException;
  }

  /** The same, if there may be nothing. */
  interface Find<T> {
    @Nullable T run(Reader reader) throws SQLException;
  }

  /** Reads what may not be there. */
  <T> @Nullable T find(Find<T> find);

  /** Reads. */
  default <T> T read(Read<T> read) {
    return Objects.requireNonNull(find(read::run));
  }
}
