package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Endpoint;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.RetrySchedule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The library and the server accept the same values, at every limit and beyond. */
class SameRulesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String URL = "https://example.com/";
  private static final String APP = "/api/v1/app/same";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();
  private static final ApiClient API = SERVER.api();

  @TempDir private static Path folder;
  private static Posthorn posthorn;

  @BeforeAll
  static void open() {
    posthorn = Posthorn.open(PosthornOptions.file(folder.resolve("same.db")));
    API.put(APP, "{\"name\":\"Same\"}").expect(201);
    API.put(APP + "/endpoint/ep", "{\"url\":\"" + URL + "\"}").expect(201);
    posthorn.endpoints().add(Endpoint.to(URL).uid("ep"));
  }

  @AfterAll
  static void close() {
    posthorn.close();
  }

  /**
   * A value for one field.
   *
   * @param field its name
   * @param value its value, to be shown
   * @param library gives it to the library
   * @param server gives it to the server
   */
  record Attempt(String field, String value, Runnable library, Runnable server) {
    @Override
    public String toString() {
      String shown = value.length() <= 40 ? value : value.substring(0, 40) + "…";
      return field + ": " + shown.replace("\n", "\\n") + " (" + value.length() + ")";
    }
  }

  private static boolean isAccepted(Runnable library) {
    try {
      library.run();
      return true;
    } catch (PosthornException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
      return false;
    }
  }

  /** The server refused a value. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static void send(String method, String path, Map<String, Object> body) {
    String json = JSON.writeValueAsString(body);
    Reply reply =
        switch (method) {
          case "PUT" -> API.put(path, json);
          case "PATCH" -> API.patch(path, json);
          default -> API.post(path, json);
        };
    if (reply.status() == 422) {
      throw new Refused();
    }
    assertThat(reply.status()).as(reply.text()).isLessThan(300);
  }

  @ParameterizedTest
  @MethodSource({"names", "texts", "lists", "numbers", "times", "headers", "urls"})
  void haveTheSameVerdict(Attempt attempt) {
    boolean byServer;
    try {
      attempt.server.run();
      byServer = true;
    } catch (Refused e) {
      byServer = false;
    }
    assertThat(byServer)
        .as("the server; the library is the other way")
        .isEqualTo(isAccepted(attempt.library));
  }

  // ---- values --------------------------------------------------------------------------------

  private static Stream<Attempt> each(
      String field, List<String> values, Consumer<String> library, Consumer<String> server) {
    return values.stream()
        .map(
            value ->
                new Attempt(field, value, () -> library.accept(value), () -> server.accept(value)));
  }

  private static NewEndpoint endpoint() {
    return Endpoint.to(URL);
  }

  private static void endpoint(String field, Object value) {
    send("POST", APP + "/endpoint", Map.of("url", URL, field, value));
  }

  private static void message(String field, Object value) {
    Map<String, Object> body = new HashMap<>(Map.of("eventType", "a", "payload", Map.of()));
    body.put(field, value);
    send("POST", APP + "/msg", body);
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
            each(
                "uid of an application",
                values,
                uid -> posthorn.application(uid),
                uid -> send("POST", "/api/v1/app", Map.of("name", "A", "uid", uid))),
            each(
                "uid of an endpoint",
                values,
                uid -> posthorn.endpoints().add(endpoint().uid(uid)),
                uid -> endpoint("uid", uid)),
            each(
                "event type",
                values,
                type -> posthorn.eventTypes().put(type, "", null),
                type ->
                    send("POST", "/api/v1/event-type", Map.of("name", type, "description", ""))),
            each(
                "event type of a message",
                values,
                type -> posthorn.send(type, "{}"),
                type -> message("eventType", type)),
            each(
                "event id",
                values,
                id -> posthorn.send(NewMessage.of("a", "{}").eventId(id)),
                id -> message("eventId", id)))
        .flatMap(attempts -> attempts);
  }

  static Stream<Attempt> texts() {
    return Stream.of(
            each(
                "name of an application",
                List.of("", " ", "Ada & Söhne", "x".repeat(256), "x".repeat(257)),
                name -> posthorn.application("named").rename(name),
                name -> send("PATCH", APP, Map.of("name", name))),
            each(
                "description of an endpoint",
                List.of("", " ", "a\nb", "x".repeat(4_096), "x".repeat(4_097)),
                text -> posthorn.endpoints().add(endpoint().description(text)),
                text -> endpoint("description", text)),
            each(
                "description of an event type",
                List.of("", "x".repeat(4_096), "x".repeat(4_097)),
                text -> posthorn.eventTypes().put("described", text, null),
                text -> send("PUT", "/api/v1/event-type/described", Map.of("description", text))),
            each(
                "key of metadata",
                List.of("", " ", "a b", "x".repeat(100), "x".repeat(101)),
                key -> posthorn.endpoints().add(endpoint().metadata(key, "v")),
                key -> endpoint("metadata", Map.of(key, "v"))),
            each(
                "value of metadata",
                List.of("", " ", "x".repeat(500), "x".repeat(501)),
                value -> posthorn.endpoints().add(endpoint().metadata("k", value)),
                value -> endpoint("metadata", Map.of("k", value))),
            each(
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
                    posthorn.send(
                        NewMessage.ofBytes("a", "x".getBytes(StandardCharsets.UTF_8), type)),
                type ->
                    send(
                        "POST",
                        APP + "/msg",
                        Map.of(
                            "eventType",
                            "a",
                            "transformationsParams",
                            Map.of("rawPayload", "x", "headers", Map.of("content-type", type))))))
        .flatMap(attempts -> attempts);
  }

  private static List<String> several(int count, String suffix) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i + suffix).toList();
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
        List.of(List.of("a", "a"), several(10, ""), several(11, ""), List.of("a", "b c")));
    for (List<String> names : channels) {
      attempts.add(
          list(
              "channels of an endpoint",
              names,
              all -> posthorn.endpoints().add(endpoint().channels(all)),
              all -> endpoint("channels", all)));
      attempts.add(
          list(
              "channels of a message",
              names,
              all -> posthorn.send(NewMessage.of("a", "{}").channels(all)),
              all -> message("channels", all)));
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
            several(1_000, ".*"),
            several(1_001, ".*"),
            several(63, rest + ".*"),
            several(65, rest + ".*"))) {
      attempts.add(
          list(
              "filters",
              filters,
              all -> posthorn.endpoints().add(endpoint().events(all)),
              all -> endpoint("eventTypes", all)));
    }
    for (int count : List.of(50, 51)) {
      Map<String, String> metadata = new TreeMap<>();
      several(count, "").forEach(key -> metadata.put(key, "v"));
      attempts.add(metadata(metadata));
    }
    attempts.add(metadata(full(500)));
    attempts.add(metadata(full(501 - 5)));
    attempts.add(metadata(Map.of()));
    return attempts.stream();
  }

  /** Returns 16 entries of keys of 12 characters. */
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
        () -> posthorn.application("noted").changeMetadata(metadata),
        () -> send("PATCH", APP, Map.of("metadata", metadata)));
  }

  static Stream<Attempt> numbers() {
    List<Attempt> attempts = new ArrayList<>();
    for (int rate : List.of(-1, 1, 65_535, 65_536)) { // no limit is 0 there, and null here
      attempts.add(
          new Attempt(
              "rate limit",
              "" + rate,
              () -> endpoint().rateLimit(rate),
              () -> endpoint("throttleRate", rate)));
    }
    for (int number : List.of(-1, 0, 1, 1_024, 1_025)) {
      attempts.add(
          new Attempt(
              "concurrency",
              "" + number,
              () -> endpoint().concurrency(number),
              () -> endpoint("concurrency", number)));
    }
    for (int seconds : List.of(-1, 0, 1, 600, 601)) {
      attempts.add(
          new Attempt(
              "timeout",
              "" + seconds,
              () -> endpoint().timeout(Duration.ofSeconds(seconds)),
              () -> endpoint("timeoutSeconds", seconds)));
    }
    int grace = 366 * 86_400;
    for (int seconds : List.of(-1, 0, grace, grace + 1)) {
      attempts.add(
          new Attempt(
              "grace of a replaced secret",
              "" + seconds,
              () -> {
                Endpoint added = posthorn.endpoints().add(endpoint());
                posthorn.endpoints().rotateSecret(added.id(), null, Duration.ofSeconds(seconds));
              },
              () ->
                  send(
                      "POST",
                      APP + "/endpoint/ep/secret/rotate",
                      Map.of("gracePeriodSeconds", seconds))));
    }
    int days = 31 * 86_400;
    for (List<Integer> waits :
        List.of(
            List.<Integer>of(),
            List.of(0),
            List.of(-1),
            List.of(days),
            List.of(days + 1),
            List.of(days - 10, 10),
            List.of(days - 10, 11),
            IntStream.range(0, 50).boxed().toList(),
            IntStream.range(0, 51).boxed().toList())) {
      attempts.add(
          new Attempt(
              "retry schedule",
              waits.toString(),
              () ->
                  endpoint()
                      .retrySchedule(
                          new RetrySchedule(
                              waits.stream().map(wait -> Duration.ofSeconds(wait)).toList())),
              () -> endpoint("retrySchedule", waits)));
    }
    return attempts.stream();
  }

  static Stream<Attempt> times() {
    return each(
        "time of delivery",
        List.of(
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2100-01-01T00:00:00Z",
            "2100-01-01T00:00:01Z",
            "9999-12-31T23:59:59Z"),
        time -> posthorn.send(NewMessage.of("a", "{}").deliverAt(Instant.parse(time))),
        time -> message("deliverAt", time));
  }

  static Stream<Attempt> headers() {
    List<Map<String, String>> all = new ArrayList<>();
    for (String name :
        List.of("", "X-A", "a b", "a:b", "ä", "Host", "proxy-x", "webhook-id", "svix-x", "TE")) {
      all.add(Map.of(name, "v"));
    }
    for (String value : List.of("", " ", " v", "v ", "a\tb", "a\nb", "ä", "x".repeat(8_189))) {
      all.add(Map.of("X-A", value));
    }
    all.add(Map.of("X-A", "x".repeat(8_190)));
    all.add(Map.of("X-A", "1", "x-a", "2"));
    for (int count : List.of(50, 51)) {
      Map<String, String> many = new TreeMap<>();
      several(count, "").forEach(name -> many.put(name, "v"));
      all.add(many);
    }
    return all.stream()
        .map(
            headers ->
                new Attempt(
                    "headers",
                    headers.toString(),
                    () -> {
                      Endpoint added = posthorn.endpoints().add(endpoint());
                      posthorn.endpoints().changeHeaders(added.id(), headers);
                    },
                    () -> endpoint("headers", headers)));
  }

  static Stream<Attempt> urls() {
    return each(
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
        Endpoint::to,
        url -> send("POST", APP + "/endpoint", Map.of("url", url)));
  }
}
