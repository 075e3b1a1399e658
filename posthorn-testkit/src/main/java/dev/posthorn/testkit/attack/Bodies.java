package dev.posthorn.testkit.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Attacks with bodies that are small on the way and large in memory. */
final class Bodies {
  private static final int MOST = 2 << 20;
  private static final int SETTINGS = 512 << 10;
  private static final int PAYLOAD = 1_000_000;

  private final Estate estate;
  private final byte[] message =
      objects("{\"eventType\":\"tree.t\",\"payload\":[", "{}", "]}", MOST);
  private final byte[] smaller =
      objects("{\"eventType\":\"tree.t\",\"payload\":[", "{}", "]}", PAYLOAD);
  private final byte[] settings = objects("{\"x\":[", "{}", "]}", SETTINGS);
  private final byte[] document = objects("{\"eventTypes\":[", "{}", "]}", MOST);
  private final byte[] deep =
      ("{\"x\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}")
          .getBytes(StandardCharsets.UTF_8);
  private final byte[] growing = growing();

  Bodies(Estate estate) {
    this.estate = estate;
  }

  List<Weapon> weapons() {
    return List.of(
        new Weapon("trees as messages", 4, 0, this::trees),
        new Weapon("trees as settings", 4, 0, this::settings),
        new Weapon("trees as documents", 4, 0, this::documents),
        new Weapon("imports that grow", 4, 0, this::imports),
        new Weapon("examples that grow", 4, 0, this::examples));
  }

  private static byte[] objects(String before, String each, String after, int bytes) {
    int count = (bytes - before.length() - after.length()) / (each.length() + 1);
    return (before + (each + ",").repeat(count - 1) + each + after)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns an OpenAPI document whose thousands of webhooks share one large component. */
  private static byte[] growing() {
    String webhooks =
        IntStream.range(0, 6_000)
            .mapToObj(
                i ->
                    "\"a.h"
                        + i
                        + "\":{\"post\":{\"requestBody\":{\"content\":{\"application/json\":"
                        + "{\"schema\":{\"$ref\":\"#/components/schemas/S\"}}}}}}")
            .collect(Collectors.joining(","));
    String component = "{\"type\":\"object\",\"description\":\"" + "x".repeat(1 << 20) + "\"}";
    return ("{\"dryRun\":true,\"spec\":{\"openapi\":\"3.1.0\",\"webhooks\":{"
            + webhooks
            + "},\"components\":{\"schemas\":{\"S\":"
            + component
            + "}}}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void trees(Worker worker) throws IOException {
    boolean taken = worker.turn() % 8 == 0;
    worker.ask("POST", Estate.TREES + "/msg", estate.token(), taken ? smaller : message);
    worker.pause(taken ? 500 : 20);
  }

  private void settings(Worker worker) throws IOException {
    byte[] body = worker.turn() % 4 == 0 ? deep : settings;
    switch (worker.turn() % 3) {
      case 0 -> worker.ask("PATCH", Estate.LARGE + "/endpoint/e1", estate.portal(), body);
      case 1 -> worker.ask("POST", Estate.LARGE + "/endpoint", estate.portal(), body);
      default -> worker.ask("PUT", Estate.LARGE + "/endpoint/e1/headers", estate.portal(), body);
    }
  }

  private void documents(Worker worker) throws IOException {
    String path = worker.turn() % 2 == 0 ? "/api/v1/event-type" : "/api/v1/environment/import";
    worker.ask("POST", path, estate.token(), document);
  }

  private void imports(Worker worker) throws IOException {
    worker.ask("POST", "/api/v1/event-type/import/openapi", estate.token(), growing);
  }

  private void examples(Worker worker) throws IOException {
    String path = Estate.LARGE + "/endpoint/e1/send-example";
    worker.ask("POST", path, estate.portal(), "{\"eventType\":\"" + Estate.GROWING + "\"}");
    worker.pause(50);
  }
}
