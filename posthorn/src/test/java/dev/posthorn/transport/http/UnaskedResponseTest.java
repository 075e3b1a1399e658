package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.HostileReceiver;
import dev.posthorn.testkit.receiver.Misbehavior;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data that arrives while no request is in flight is the response to none. */
class UnaskedResponseTest {

  /** File that lists the sockets of this machine, on Linux. */
  private static final Path SOCKETS = Path.of("/proc/net/tcp");

  private static final Path SOCKETS_6 = Path.of("/proc/net/tcp6");
  private static TestCertificate certificate;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeCertificate() {
    certificate = TestCertificate.of("receiver.test");
    certificate.writePem(directory.resolve("ca.pem"));
  }

  @ParameterizedTest
  @CsvSource({"http, true", "http, false", "https, true", "https, false"})
  void whatCameBeforeTheRequestDoesNotAnswerIt(String scheme, boolean nativeIo) throws Exception {
    try (Client client = client(nativeIo);
        ServerSocket server = listen(scheme)) {
      HttpRequest request = request(scheme, server, 1);
      CompletableFuture<ExchangeResult> first = client.start(request);
      Socket one = server.accept();
      answer(one, 204);
      assertThat(status(first)).isEqualTo(204);

      CompletableFuture<ExchangeResult> second =
          new HeldLoop(client).then(() -> sendAndAwaitArrival(one, 200), request);
      try (Socket two = server.accept()) {
        answer(two, 500);

        assertThat(status(second)).isEqualTo(500);
      }
      one.close();
    }
  }

  @Test
  void whatHasSentTooMuchIsKeptNoMore() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.LENGTH_IN_CHARACTERS);
        Client client = Client.open()) {
      for (int i = 1; i <= 3; i++) {
        client.respond(receiver.url("/"), "x");

        assertThat(receiver.connections()).isEqualTo(i);
      }
    }
  }

  @Test
  void applicationsShareNoConnection() {
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      for (int application = 1; application <= 3; application++) {
        for (int endpoint = 1; endpoint <= 3; endpoint++) {
          HttpTarget target = HttpTarget.parse(receiver.url("/" + endpoint));
          Owner owner = new Owner(application, endpoint);
          client.exchange(
              new HttpRequest(owner, target, new String[0], new byte[0], Client.GENEROUS));
        }
        assertThat(receiver.connections()).isEqualTo(application);
      }
    }
  }

  private static Client client(boolean nativeIo) {
    return new Client(
        Client.local()
            .nativeIo(nativeIo)
            .trustedCertificates(directory.resolve("ca.pem"))
            .resolver(
                host -> CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress())))
            .build());
  }

  private static ServerSocket listen(String scheme) throws IOException {
    ServerSocketFactory factory =
        scheme.equals("https")
            ? certificate.serverContext().getServerSocketFactory()
            : ServerSocketFactory.getDefault();
    ServerSocket server = factory.createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    server.setSoTimeout(20_000);
    return server;
  }

  private static HttpRequest request(String scheme, ServerSocket server, int application) {
    HttpTarget target =
        HttpTarget.parse(scheme + "://receiver.test:" + server.getLocalPort() + "/");
    return new HttpRequest(
        new Owner(application, 1), target, new String[0], new byte[0], Client.GENEROUS);
  }

  private static void answer(Socket socket, int status) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    int c;
    while (head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0) {
      head.append((char) c);
    }
    assertThat(head).startsWith("POST / ");
    send(socket, status);
  }

  private static void send(Socket socket, int status) throws IOException {
    String response =
        "HTTP/1.1 " + status + " \r\n" + (status == 204 ? "" : "content-length: 0\r\n") + "\r\n";
    socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
  }

  private static void sendAndAwaitArrival(Socket socket, int status) throws IOException {
    send(socket, status);
    if (Files.exists(SOCKETS)) {
      Await.until("the other side has it", () -> hasUnread(socket.getPort()));
    }
  }

  /** Returns whether the operating system buffers unread data for a local port. */
  private static boolean hasUnread(int port) {
    Pattern unread =
        Pattern.compile(String.format("\\d+: \\w+:%04X \\w+:\\w+ 01 \\w+:(?!00000000)", port));
    try {
      return unread.matcher(Files.readString(SOCKETS)).find()
          || unread.matcher(Files.readString(SOCKETS_6)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(CompletableFuture<ExchangeResult> result) {
    return ((ExchangeResult.Response) Client.get(result)).status();
  }
}
