package dev.posthorn.server;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.server.BothSides.Attempt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Library and server accept the same strings, at every limit and beyond. */
class SameRulesTest {
  @AutoClose private static final BothSides BOTH = BothSides.open();

  @ParameterizedTest
  @MethodSource({"names", "texts", "lists", "urls"})
  void haveTheSameVerdict(Attempt attempt) {
    attempt.assertSameVerdict();
  }

  private static List<String> oddTexts(int max) {
    return List.of(
        "",
        " ",
        "a",
        ".",
        "..",
        "...",
        "-",
        "a.b",
        "a b",
        "a/b",
        "a:b",
        "a+b",
        "a,b",
        "a\n",
        "ä",
        "\ud83d\ude00",
        "*",
        "a.*",
        "x".repeat(max),
        "x".repeat(max + 1));
  }

  static Stream<Attempt> names() {
    List<String> values = oddTexts(256);
    return Stream.of(
            BothSides.each(
                "uid of an application",
                values,
                uid -> BOTH.posthorn.application(uid),
                uid -> BOTH.send("POST", "/api/v1/app", Map.of("name", "A", "uid", uid))),
            BothSides.each(
                "uid of an endpoint",
                values,
                uid -> BOTH.posthorn.endpoints().add(BOTH.endpoint().uid(uid).build()),
                uid -> BOTH.endpoint("uid", uid)),
            BothSides.each(
                "event type",
                values,
                type -> BOTH.posthorn.eventTypes().put(type, "", null),
                type ->
                    BOTH.send(
                        "POST", "/api/v1/event-type", Map.of("name", type, "description", ""))),
            BothSides.each(
                "event type of a message",
                values,
                type -> BOTH.posthorn.send(type, "{}"),
                type -> BOTH.message("eventType", type)),
            BothSides.each(
                "event id",
                values,
                id -> BOTH.posthorn.send(NewMessage.builder("a", "{}").eventId(id).build()),
                id -> BOTH.message("eventId", id)))
        .flatMap(attempts -> attempts);
  }

  static Stream<Attempt> texts() {
    return Stream.of(
            BothSides.each(
                "name of an application",
                List.of("", " ", "Ada & Söhne", "x".repeat(256), "x".repeat(257)),
                name -> BOTH.posthorn.application("named").rename(name),
                name -> BOTH.send("PATCH", BothSides.APP, Map.of("name", name))),
            BothSides.each(
                "description of an endpoint",
                List.of("", " ", "a\nb", "x".repeat(4_096), "x".repeat(4_097)),
                text -> BOTH.posthorn.endpoints().add(BOTH.endpoint().description(text).build()),
                text -> BOTH.endpoint("description", text)),
            BothSides.each(
                "description of an event type",
                List.of("", "x".repeat(4_096), "x".repeat(4_097)),
                text -> BOTH.posthorn.eventTypes().put("described", text, null),
                text ->
                    BOTH.send("PUT", "/api/v1/event-type/described", Map.of("description", text))),
            BothSides.each(
                "key of metadata",
                List.of("", " ", "a b", "x".repeat(100), "x".repeat(101)),
                key -> BOTH.posthorn.endpoints().add(BOTH.endpoint().metadata(key, "v").build()),
                key -> BOTH.endpoint("metadata", Map.of(key, "v"))),
            BothSides.each(
                "value of metadata",
                List.of("", " ", "x".repeat(500), "x".repeat(501)),
                value ->
                    BOTH.posthorn.endpoints().add(BOTH.endpoint().metadata("k", value).build()),
                value -> BOTH.endpoint("metadata", Map.of("k", value))),
            BothSides.each(
                "media type",
                List.of(
                    "",
                    "text",
                    "text/plain",
                    " text/plain",
                    "text/plain; charset=utf-8",
                    "/",
                    "tex\u0000t/p",
                    "te\u00e4/p",
                    "a/" + "x".repeat(253),
                    "a/" + "x".repeat(254)),
                type ->
                    BOTH.posthorn.send(
                        NewMessage.of("a", "x".getBytes(StandardCharsets.UTF_8), type)),
                type ->
                    BOTH.send(
                        "POST",
                        BothSides.APP + "/msg",
                        Map.of(
                            "eventType",
                            "a",
                            "transformationsParams",
                            Map.of("rawPayload", "x", "headers", Map.of("content-type", type))))))
        .flatMap(attempts -> attempts);
  }

  private static Attempt list(
      String field, List<String> values, Consumer<String[]> library, Consumer<Object> server) {
    String shown = values.size() + " values, " + String.join(",", values);
    return new Attempt(
        field,
        shown,
        () -> library.accept(values.toArray(String[]::new)),
        () -> server.accept(values));
  }

  static Stream<Attempt> lists() {
    List<Attempt> attempts = new ArrayList<>();
    List<List<String>> channels = new ArrayList<>(oddTexts(128).stream().map(List::of).toList());
    channels.addAll(
        List.of(
            List.of("a", "a"),
            BothSides.several(10, ""),
            BothSides.several(11, ""),
            List.of("a", "b c")));
    for (List<String> names : channels) {
      attempts.add(
          list(
              "channels of an endpoint",
              names,
              all -> BOTH.posthorn.endpoints().add(BOTH.endpoint().channels(all).build()),
              all -> BOTH.endpoint("channels", all)));
      attempts.add(
          list(
              "channels of a message",
              names,
              all -> BOTH.posthorn.send(NewMessage.builder("a", "{}").channels(all).build()),
              all -> BOTH.message("channels", all)));
    }
    String rest = "x".repeat(250);
    for (List<String> filters :
        List.of(
            List.of("*"),
            List.of("a.*"),
            List.of(".*"),
            List.of("..*"),
            List.of("*.b"),
            List.of("a.**"),
            List.of("a*"),
            List.of("a/b.*"),
            List.of("x".repeat(254) + ".*"),
            List.of("x".repeat(255) + ".*"),
            List.of("a.*", "a.*"),
            BothSides.several(1_000, ".*"),
            BothSides.several(1_001, ".*"),
            BothSides.several(63, rest + ".*"),
            BothSides.several(65, rest + ".*"))) {
      attempts.add(
          list(
              "filters",
              filters,
              all -> BOTH.posthorn.endpoints().add(BOTH.endpoint().events(all).build()),
              all -> BOTH.endpoint("eventTypes", all)));
    }
    for (int count : List.of(50, 51)) {
      Map<String, String> metadata = new TreeMap<>();
      BothSides.several(count, "").forEach(key -> metadata.put(key, "v"));
      attempts.add(metadata(metadata));
    }
    attempts.add(metadata(full(500)));
    attempts.add(metadata(full(501 - 5)));
    attempts.add(metadata(Map.of()));
    return attempts.stream();
  }

  /** Returns 16 entries with keys of 12 characters. */
  private static Map<String, String> full(int length) {
    Map<String, String> metadata = new TreeMap<>();
    IntStream.range(0, 16)
        .forEach(i -> metadata.put((i + "k".repeat(20)).substring(0, 12), "v".repeat(length)));
    metadata.put("k", "v");
    return metadata;
  }

  private static Attempt metadata(Map<String, String> metadata) {
    return new Attempt(
        "metadata",
        metadata.size() + " entries " + metadata,
        () -> BOTH.posthorn.application("noted").updateMetadata(metadata),
        () -> BOTH.send("PATCH", BothSides.APP, Map.of("metadata", metadata)));
  }

  static Stream<Attempt> urls() {
    return BothSides.each(
        "url",
        List.of(
            "",
            " ",
            "https://example.com",
            " https://example.com/ ",
            "HTTPS://Example.COM:443/a",
            "ftp://example.com/",
            "example.com",
            "https://",
            "https://user@example.com/",
            "https://example.com/#a",
            "https://example.com/ä ö",
            "https://exämple.com/",
            "https://example.com:0/",
            "https://example.com:65536/",
            "https://1/",
            "https://[::1]/",
            "https://example.com/a\nb",
            "https://example.com/" + "x".repeat(2_028),
            "https://example.com/" + "x".repeat(2_029),
            "https://example.com/" + "x".repeat(2_028) + " ",
            "https://example.com/" + "ä".repeat(500)),
        NewEndpoint::of,
        url -> BOTH.send("POST", BothSides.APP + "/endpoint", Map.of("url", url)));
  }
}
