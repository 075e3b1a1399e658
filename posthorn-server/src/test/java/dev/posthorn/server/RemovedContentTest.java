package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Content removed through the API disappears from all files of the server. */
class RemovedContentTest {
  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.api();

  private String app() {
    return "/api/v1/app/" + api.post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
  }

  private String message(String app, String text) {
    String json =
        "{\"eventType\":\"a.b\",\"payload\":{\"text\":\"%s\"}}".formatted(text.repeat(100));
    return app + "/msg/" + api.post(app + "/msg", json).expect(202).id();
  }

  private boolean isInAFile(String text) {
    Path folder = Objects.requireNonNull(server.database().getParent());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (content.contains(text)) {
          return true;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return false;
  }

  private void awaitGone(String... texts) {
    Await.until(
        "no file holds what was removed",
        Duration.ofSeconds(60),
        () -> Stream.of(texts).noneMatch(this::isInAFile));
  }

  @Test
  void thePayloadOfAMessage() {
    String app = app();
    String gone = message(app, "CANARY-1-");
    message(app, "CANARY-2-");
    assertThat(isInAFile("CANARY-1-")).isTrue();
    api.delete(gone + "/content").expect(204);
    awaitGone("CANARY-1-");
    assertThat(isInAFile("CANARY-2-")).isTrue();
  }

  @Test
  void allPayloadsOfAnApplication() {
    String app = app();
    for (String text : List.of("CANARY-3-", "CANARY-4-", "CANARY-5-")) {
      message(app, text);
    }
    api.post(app + "/msg/expunge-all-contents", null).expect(202);
    awaitGone("CANARY-3-", "CANARY-4-", "CANARY-5-");
  }

  @Test
  void anApplication() {
    String app = app();
    message(app, "CANARY-6-");
    api.delete(app).expect(204);
    awaitGone("CANARY-6-");
  }
}
