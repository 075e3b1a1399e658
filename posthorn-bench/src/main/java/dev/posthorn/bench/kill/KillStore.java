package dev.posthorn.bench.kill;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The database of the program that is killed. */
interface KillStore extends AutoCloseable {

  /** Returns its place, as {@link #options} reads it. */
  String place();

  /** Returns the flags with which a server uses it. */
  List<String> serverFlags();

  /** Returns whether it has deliveries that wait. Nobody has it open. */
  boolean hasWaiting() throws SQLException;

  @Override
  void close() throws IOException;

  /** Returns a builder for a place. */
  static PosthornOptions.Builder options(String place) {
    return place.startsWith("jdbc:")
        ? PosthornOptions.builder(PostgresqlOptions.of(place)).secretKey("0".repeat(64))
        : PosthornOptions.builder(Path.of(place));
  }
}
