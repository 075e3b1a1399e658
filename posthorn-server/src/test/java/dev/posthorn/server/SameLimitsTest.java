package dev.posthorn.server;

import dev.posthorn.Endpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.RetrySchedule;
import dev.posthorn.server.BothSides.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Library and server accept the same numbers, times and headers. */
class SameLimitsTest {
  @AutoClose private static final BothSides BOTH = BothSides.open();

  @ParameterizedTest
  @MethodSource({"numbers", "times", "headers"})
  void haveTheSameVerdict(Attempt attempt) {
    attempt.assertSameVerdict();
  }

  static Stream<Attempt> numbers() {
    List<Attempt> attempts = new ArrayList<>();
    for (int rate : List.of(-1, 1, 65_535, 65_536)) { // no limit is 0 there, and null here
      attempts.add(
          new Attempt(
              "rate limit",
              "" + rate,
              () -> BOTH.endpoint().rateLimit(rate),
              () -> BOTH.endpoint("throttleRate", rate)));
    }
    for (int number : List.of(-1, 0, 1, 1_024, 1_025)) {
      attempts.add(
          new Attempt(
              "concurrency",
              "" + number,
              () -> BOTH.endpoint().concurrency(number),
              () -> BOTH.endpoint("concurrency", number)));
    }
    for (int seconds : List.of(-1, 0, 1, 600, 601)) {
      attempts.add(
          new Attempt(
              "timeout",
              "" + seconds,
              () -> BOTH.endpoint().timeout(Duration.ofSeconds(seconds)),
              () -> BOTH.endpoint("timeoutSeconds", seconds)));
    }
    int grace = 366 * 86_400;
    for (int seconds : List.of(-1, 0, grace, grace + 1)) {
      attempts.add(
          new Attempt(
              "grace of a replaced secret",
              "" + seconds,
              () -> {
                Endpoint added = BOTH.posthorn.endpoints().add(BOTH.endpoint().build());
                BOTH.posthorn
                    .endpoints()
                    .rotateSecret(added.id(), null, Duration.ofSeconds(seconds));
              },
              () ->
                  BOTH.send(
                      "POST",
                      BothSides.APP + "/endpoint/ep/secret/rotate",
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
                  BOTH.endpoint()
                      .retrySchedule(
                          new RetrySchedule(
                              waits.stream().map(wait -> Duration.ofSeconds(wait)).toList())),
              () -> BOTH.endpoint("retrySchedule", waits)));
    }
    return attempts.stream();
  }

  static Stream<Attempt> times() {
    return BothSides.each(
        "time of delivery",
        List.of(
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2100-01-01T00:00:00Z",
            "2100-01-01T00:00:01Z",
            "9999-12-31T23:59:59Z"),
        time ->
            BOTH.posthorn.send(
                NewMessage.builder("a", "{}").deliverAt(Instant.parse(time)).build()),
        time -> BOTH.message("deliverAt", time));
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
      BothSides.several(count, "").forEach(name -> many.put(name, "v"));
      all.add(many);
    }
    return all.stream()
        .map(
            headers ->
                new Attempt(
                    "headers",
                    headers.toString(),
                    () -> {
                      Endpoint added = BOTH.posthorn.endpoints().add(BOTH.endpoint().build());
                      BOTH.posthorn.endpoints().updateHeaders(added.id(), headers);
                    },
                    () -> BOTH.endpoint("headers", headers)));
  }
}
