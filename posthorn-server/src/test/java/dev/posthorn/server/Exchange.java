package dev.posthorn.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Requests of a client, step by step, with the answers of a Svix server. The data is in {@code
 * src/test/resources/exchanges}, where {@code README.md} describes its format.
 *
 * @param file the name of its file, without the extension
 * @param name its title
 * @param steps the steps, in order
 */
record Exchange(String file, String name, List<Step> steps) {
  private static final String DIRECTORY = "/exchanges";
  private static final String ENDING = ".yaml";
  private static final YAMLMapper MAPPER = new YAMLMapper();

  /**
   * A request with its answer, or a request that the receiver must get.
   *
   * @param node its JSON form
   */
  record Step(ObjectNode node) {
    private static final Set<String> NAMES =
        Set.of(
            "send",
            "as",
            "headers",
            "body",
            "text",
            "times",
            "until",
            "status",
            "answer",
            "answerHeaders",
            "save",
            "saveHeaders",
            "svix",
            "differs",
            "received");

    Step {
      requireKnown(node, NAMES);
      if (node.has("send") == node.has("received") || node.has("send") != node.has("status")) {
        throw new IllegalArgumentException("neither a request nor one that is received: " + node);
      }
    }

    boolean isReceived() {
      return node.has("received");
    }

    /** Returns the method of the request. */
    String method() {
      return send().substring(0, send().indexOf(' '));
    }

    /** Returns the path and query of the request. */
    String target() {
      String path = send().substring(send().indexOf(' ') + 1);
      boolean whole =
          path.equals("/")
              || path.equals("/docs")
              || path.startsWith("/api/")
              || path.startsWith("/portal")
              || path.startsWith("/console");
      return whole ? path : "/api/v1" + path;
    }

    private String send() {
      return node.get("send").asString();
    }

    int status() {
      return node.get("status").asInt();
    }

    int times() {
      return node.path("times").asInt(1);
    }

    boolean until() {
      return node.path("until").asBoolean(false);
    }

    /**
     * Returns the difference as the page on compatibility describes it, or null if there is none.
     */
    @Nullable String differs() {
      return text("differs");
    }

    @Nullable String text(String name) {
      JsonNode value = node.get(name);
      return value == null ? null : value.asString();
    }

    Map<String, String> map(String name) {
      Map<String, String> map = new LinkedHashMap<>();
      node.path(name).properties().forEach(one -> map.put(one.getKey(), one.getValue().asString()));
      return map;
    }
  }

  /** Returns all exchanges, by file. */
  static List<Exchange> all() {
    List<Exchange> all = new ArrayList<>();
    for (Path file : files()) {
      try {
        all.addAll(read(file));
      } catch (RuntimeException e) {
        throw new IllegalStateException(file.getFileName() + ": " + e.getMessage(), e);
      }
    }
    return all;
  }

  private static List<Path> files() {
    URL directory = Objects.requireNonNull(Exchange.class.getResource(DIRECTORY), DIRECTORY);
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Exchange> read(Path file) {
    JsonNode root = MAPPER.readTree(file.toFile());
    requireKnown(root, Set.of("about", "given", "exchanges"));
    List<Step> given = steps(root.path("given"));
    String name = file.getFileName().toString().replace(ENDING, "");
    List<Exchange> exchanges = new ArrayList<>();
    for (JsonNode one : root.get("exchanges")) {
      requireKnown(one, Set.of("shows", "steps"));
      List<Step> steps = new ArrayList<>(given);
      steps.addAll(steps(one.get("steps")));
      exchanges.add(new Exchange(name, one.get("shows").asString(), List.copyOf(steps)));
    }
    return exchanges;
  }

  /** Reads steps, repeating a step with {@code each} for each of its values. */
  private static List<Step> steps(JsonNode list) {
    List<Step> steps = new ArrayList<>();
    for (JsonNode one : list) {
      ObjectNode common = ((ObjectNode) one).deepCopy();
      JsonNode each = common.remove("each");
      if (each == null) {
        steps.add(new Step(common));
      } else {
        each.forEach(more -> steps.add(new Step(common.deepCopy().setAll((ObjectNode) more))));
      }
    }
    return steps;
  }

  private static void requireKnown(JsonNode object, Set<String> known) {
    Set<String> unknown = new TreeSet<>(object.propertyNames());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown " + unknown + " in " + object);
    }
  }
}
