package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.http.Cors;
import dev.posthorn.server.tracing.TracingOptions;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The exact bytes that an OpenTelemetry collector gets from a server with tracing. */
class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private static ServerOptions traced(ServerOptions options, Receiver collector) {
    return ServerFixture.manner(
        options,
        new ServerOptions.Tuning(
            10_000,
            false,
            30,
            Cors.NONE,
            new TracingOptions("http://127.0.0.1:" + collector.port(), Map.of("x-key", "k"), 1)));
  }

  private static String endpoint(ServerFixture server, String url) {
    String app = server.api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    server.api().post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201);
    return app;
  }

  private static String send(ServerFixture server, String app, String... headers) {
    return server
        .api()
        .post("/api/v1/app/" + app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}", headers)
        .expect(202)
        .id();
  }

  /** Sends one message whose first attempt fails, stops the server, and returns the spans. */
  private static List<Sent> spans(String... headers) {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver collector = Receiver.start();
        Receiver receiver =
            Receiver.answering(one -> Answer.status(calls.incrementAndGet() == 1 ? 500 : 200))) {
      try (ServerFixture server = ServerFixture.start(options -> traced(options, collector))) {
        String app = endpoint(server, receiver.url("/secret-path"));
        String id = send(server, app, headers);
        String list = "/api/v1/app/" + app + "/attempt/msg/" + id;
        Await.until(
            "two attempts", () -> server.api().get(list).expect(200).at("/data").size() == 2);
      }
      List<Sent> spans = new ArrayList<>();
      for (ReceivedRequest request : collector.requests()) {
        assertThat(request.path()).isEqualTo("/v1/traces");
        assertThat(request.header("Content-Type")).isEqualTo("application/x-protobuf");
        assertThat(request.header("x-key")).isEqualTo("k");
        String text = new String(request.body(), StandardCharsets.ISO_8859_1);
        assertThat(text).contains("posthorn").doesNotContain("secret-path", "whsec_");
        for (byte[] resource : Proto.of(request.body()).all(1)) {
          for (byte[] scope : Proto.of(resource).all(2)) {
            Proto.of(scope).all(2).forEach(span -> spans.add(Sent.of(span)));
          }
        }
      }
      return spans;
    }
  }

  private static List<Sent> named(List<Sent> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  @Test
  void theAcceptanceBelongsToTheSendersTraceAndAttemptsToTheAcceptance() {
    List<Sent> spans = spans("traceparent", "00-" + TRACE + "-" + SPAN + "-01");
    assertThat(spans).hasSize(4).allMatch(span -> span.trace().equals(TRACE));
    Sent accept = named(spans, "accept").get(0);
    assertThat(accept.parent()).isEqualTo(SPAN);
    assertThat(accept.text()).contains("a.b", "msg_");
    Sent commit = named(spans, "commit").get(0);
    assertThat(commit.parent()).isEqualTo(accept.span());
    assertThat(commit.start()).isGreaterThanOrEqualTo(accept.start());
    assertThat(commit.end()).isLessThanOrEqualTo(accept.end());
    List<Sent> attempts = named(spans, "attempt");
    assertThat(attempts)
        .hasSize(2)
        .allMatch(attempt -> attempt.parent().equals(accept.span()))
        .allMatch(attempt -> attempt.end() >= attempt.start());
    assertThat(attempts.get(0).text()).contains("ep_", "waiting", "error.type", "500");
    assertThat(attempts.get(1).text()).contains("succeeded").doesNotContain("error.type");
  }

  @Test
  void withoutATraceOfTheSenderAMessageHasOneOfItsOwn() {
    List<Sent> spans = spans();
    Sent accept = named(spans, "accept").get(0);
    assertThat(accept.parent()).isEmpty();
    assertThat(spans).hasSize(4).allMatch(span -> span.trace().equals(accept.trace()));
  }

  @Test
  void whatTheSenderDoesNotWantTracedIsNot() {
    assertThat(spans("traceparent", "00-" + TRACE + "-" + SPAN + "-00")).isEmpty();
  }

  @Test
  void aCollectorThatIsNotThereHindersNothing() {
    Receiver collector = Receiver.start();
    collector.close();
    try (Receiver receiver = Receiver.start();
        ServerFixture server = ServerFixture.start(options -> traced(options, collector))) {
      String unused = send(server, endpoint(server, receiver.url("/")));
      receiver.awaitRequests(1);
    }
  }

  @Test
  void theStandardVariablesCountToo() {
    String standard = "OTEL_EXPORTER_OTLP_ENDPOINT";
    Configuration known =
        Configuration.of(setting -> null, Map.of(standard, "http://collector:4318"), null);
    assertThat(known.value(Setting.OTEL_ENDPOINT))
        .isEqualTo(new Configuration.Value("http://collector:4318", standard));
    Configuration own =
        Configuration.of(
            setting -> null,
            Map.of(standard, "http://collector:4318", "POSTHORN_OTEL_ENDPOINT", "http://own:4318"),
            null);
    assertThat(own.text(Setting.OTEL_ENDPOINT)).isEqualTo("http://own:4318");
  }

  /** A span that the server sent. */
  private record Sent(
      String trace, String span, String parent, String name, long start, long end, String text) {
    static Sent of(byte[] bytes) {
      Proto proto = Proto.of(bytes);
      HexFormat hex = HexFormat.of();
      return new Sent(
          hex.formatHex(proto.one(1)),
          hex.formatHex(proto.one(2)),
          hex.formatHex(proto.one(4)),
          new String(proto.one(5), StandardCharsets.UTF_8),
          ByteBuffer.wrap(proto.one(7)).order(ByteOrder.LITTLE_ENDIAN).getLong(),
          ByteBuffer.wrap(proto.one(8)).order(ByteOrder.LITTLE_ENDIAN).getLong(),
          new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  /** The fields of a Protocol Buffers message that the test reads: numbers and bytes. */
  private record Proto(List<Map.Entry<Integer, byte[]>> fields) {
    static Proto of(byte[] bytes) {
      List<Map.Entry<Integer, byte[]>> fields = new ArrayList<>();
      ByteBuffer in = ByteBuffer.wrap(bytes);
      while (in.hasRemaining()) {
        long tag = varint(in);
        int length =
            switch ((int) tag & 7) {
              case 0 -> {
                long ignored = varint(in);
                yield 0;
              }
              case 1 -> 8;
              case 2 -> (int) varint(in);
              case 5 -> 4;
              default -> throw new IllegalArgumentException("wire type of tag " + tag);
            };
        byte[] value = new byte[length];
        in.get(value);
        fields.add(Map.entry((int) (tag >>> 3), value));
      }
      return new Proto(fields);
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    List<byte[]> all(int number) {
      return fields.stream()
          .filter(field -> field.getKey() == number)
          .map(Map.Entry::getValue)
          .toList();
    }

    byte[] one(int number) {
      List<byte[]> found = all(number);
      return found.isEmpty() ? new byte[0] : found.get(0);
    }
  }
}
