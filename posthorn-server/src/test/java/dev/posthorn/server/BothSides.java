package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** An open library and a running server that receive the same values. */
final class BothSides implements AutoCloseable {
  static final String URL = "https://example.com/";
  static final String APP = "/api/v1/app/same";
  private static final JsonMapper JSON = new JsonMapper();

  final Posthorn posthorn;
  private final ServerFixture server;
  private final ApiClient api;
  private final Path folder;

  /**
   * A value for one field.
   *
   * @param field its name
   * @param value its value, for failure messages
   * @param library passes it to the library
   * @param server passes it to the server
   */
  record Attempt(String field, String value, Runnable library, Runnable server) {
    @Override
    public String toString() {
      String shown = value.length() <= 40 ? value : value.substring(0, 40) + "…";
      return field + ": " + shown.replace("\n", "\\n") + " (" + value.length() + ")";
    }

    void assertSameVerdict() {
      assertThat(isAcceptedByServer()).as("the server").isEqualTo(isAcceptedByLibrary());
    }

    private boolean isAcceptedByServer() {
      try {
        server.run();
        return true;
      } catch (Refused e) {
        return false;
      }
    }

    private boolean isAcceptedByLibrary() {
      try {
        library.run();
        return true;
      } catch (PosthornException e) {
        assertThat(e.reason()).isEqualTo(Reason.INVALID);
        return false;
      }
    }
  }

  /** Thrown when the server refuses a value. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private BothSides(ServerFixture server, Path folder) {
    this.server = server;
    this.api = server.api();
    this.folder = folder;
    this.posthorn = Posthorn.open(PosthornOptions.of(folder.resolve("same.db")));
  }

  static BothSides open() {
    try {
      BothSides both =
          new BothSides(ServerFixture.start(), Files.createTempDirectory("posthorn-same"));
      both.api.put(APP, "{\"name\":\"Same\"}").expect(201);
      both.api.put(APP + "/endpoint/ep", "{\"url\":\"" + URL + "\"}").expect(201);
      return both;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    posthorn.close();
    server.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(String method, String path, Map<String, Object> body) {
    Reply reply = api.send(method, path, JSON.writeValueAsString(body));
    if (reply.status() == 422) {
      throw new Refused();
    }
    assertThat(reply.status()).as(reply.text()).isLessThan(300);
  }

  NewEndpoint.Builder endpoint() {
    return NewEndpoint.builder(URL);
  }

  void endpoint(String field, Object value) {
    send("POST", APP + "/endpoint", Map.of("url", URL, field, value));
  }

  void message(String field, Object value) {
    Map<String, Object> body = new HashMap<>(Map.of("eventType", "a", "payload", Map.of()));
    body.put(field, value);
    send("POST", APP + "/msg", body);
  }

  static Stream<Attempt> each(
      String field, List<String> values, Consumer<String> library, Consumer<String> server) {
    return values.stream()
        .map(
            value ->
                new Attempt(field, value, () -> library.accept(value), () -> server.accept(value)));
  }

  /** Returns several names with an ending. */
  static List<String> several(int count, String ending) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i + ending).toList();
  }
}
