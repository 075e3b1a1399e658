package dev.posthorn.server.api.common;

import dev.posthorn.server.http.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The rows of a page as JSON, as many as fit. A page is limited in bytes as well as in rows, which
 * bounds the memory of lists regardless of their contents; one row always fits.
 */
public final class PageWriter {
  /** Maximum bytes of rows, if there is more than one. */
  public static final int MOST_BYTES = 2 << 20;

  private final List<byte[]> rows;

  private PageWriter(List<byte[]> rows) {
    this.rows = rows;
  }

  /** Writes rows, nearest to the previous page first, until the page is full. */
  public static <T> PageWriter of(List<T> rows, BiConsumer<JsonGenerator, T> write) {
    List<byte[]> written = new ArrayList<>(rows.size());
    long bytes = 0;
    for (T row : rows) {
      byte[] one = Answer.object(json -> write.accept(json, row));
      bytes += one.length + 1;
      if (bytes > MOST_BYTES && !written.isEmpty()) {
        break;
      }
      written.add(one);
    }
    return new PageWriter(written);
  }

  /** Returns the number of rows in the page. */
  public int count() {
    return rows.size();
  }

  /**
   * Answers with the page.
   *
   * @param backwards whether to reverse the order of the rows
   * @param done whether there are no more rows in the direction of paging
   * @param nearest the position of the first row written, or null
   * @param farthest the position from which the next page continues, or null
   */
  Answer answer(
      boolean backwards, boolean done, @Nullable String nearest, @Nullable String farthest) {
    String first = backwards ? farthest : nearest;
    String last = backwards ? nearest : farthest;
    return answer(
        backwards,
        json -> {
          Json.text(json, "iterator", last);
          Json.text(json, "prevIterator", first == null ? null : "-" + first);
          json.writeBooleanProperty("done", done);
        });
  }

  /**
   * Answers with the page.
   *
   * @param backwards whether to reverse the order of the rows
   * @param properties writes the properties after the rows
   */
  public Answer answer(boolean backwards, Consumer<JsonGenerator> properties) {
    List<byte[]> shown = backwards ? rows.reversed() : rows;
    byte[] rest = Answer.object(properties);
    int size = shown.stream().mapToInt(row -> row.length + 1).sum();
    ByteArrayOutputStream all = new ByteArrayOutputStream(size + rest.length + 16);
    all.writeBytes("{\"data\":[".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < shown.size(); i++) {
      if (i > 0) {
        all.write(',');
      }
      all.writeBytes(shown.get(i));
    }
    all.writeBytes("],".getBytes(StandardCharsets.US_ASCII));
    all.write(rest, 1, rest.length - 1);
    return Answer.jsonBytes(200, all.toByteArray());
  }
}
