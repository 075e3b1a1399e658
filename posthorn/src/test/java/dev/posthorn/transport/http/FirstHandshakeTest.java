package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstHandshakeTest {

  @TempDir private static Path directory;

  @Test
  void the_first_http_2_exchange_loads_the_codec_off_the_loop() throws Exception {
    TestCertificate certificate = TestCertificate.of("receiver.test");
    certificate.writePem(directory.resolve("ca.pem"));
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100)) {
      Process sender = start(receiver.url("receiver.test", "/"));
      String said = new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(sender.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains("status 200").contains("posthorn-tls").doesNotContain("loop");
    }
  }

  private static Process start(String url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Sender.class.getName(),
            url,
            directory.resolve("ca.pem").toString())
        .redirectErrorStream(true)
        .start();
  }

  /** Sends a request in a new process, and prints which threads loaded classes for HTTP/2. */
  static final class Sender {
    private static final String CODEC = "io.netty.handler.codec.http2.";

    private Sender() {}

    public static void main(String[] args) {
      ConcurrentLinkedQueue<String> loaded = new ConcurrentLinkedQueue<>();
      try (RecordingStream events = new RecordingStream()) {
        events.enable("jdk.ClassLoad").withoutThreshold();
        events.onEvent(
            "jdk.ClassLoad",
            event -> {
              String name = event.getClass("loadedClass").getName();
              if (name.startsWith(CODEC) && event.getThread() != null) {
                loaded.add(event.getThread().getJavaName() + " " + name);
              }
            });
        events.startAsync();
        send(args[0], Path.of(args[1]));
        events.stop();
      }
      loaded.forEach(System.out::println);
    }

    private static void send(String url, Path certificates) {
      try (Client client =
          new Client(
              Client.local()
                  .trustedCertificates(certificates)
                  .resolver(
                      host ->
                          CompletableFuture.completedStage(
                              List.of(InetAddress.getLoopbackAddress())))
                  .build())) {
        System.out.println("status " + client.respond(url, "hello").status());
      }
    }
  }
}
