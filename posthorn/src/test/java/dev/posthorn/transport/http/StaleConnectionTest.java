package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kept connection that the receiver closes just when the next request is sent. */
class StaleConnectionTest {

  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Client client = Client.open();
  private final HeldLoop held = new HeldLoop(client);
  private final AtomicInteger requests = new AtomicInteger();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    server.setSoTimeout(20_000);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_the_receiver_has_closed_costs_nothing(boolean reset) throws Exception {
    Socket first = firstExchange();
    CompletableFuture<ExchangeResult> second = held.then(() -> end(first, reset), request());
    try (Socket socket = server.accept()) {
      answer(socket);

      assertThat(Client.get(second)).isInstanceOf(ExchangeResult.Response.class);
      assertThat(requests.get()).isEqualTo(2);
    }
  }

  /** The request may have been read: the receiver recognizes repeats by their webhook-id. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_the_receiver_closes_when_it_has_the_request_is_sent_again_once(boolean reset)
      throws Exception {
    Socket first = firstExchange();
    CompletableFuture<ExchangeResult> result = client.start(request());
    read(first);
    end(first, reset);
    try (Socket socket = server.accept()) {
      read(socket);
      end(socket, reset);

      assertThat(Client.get(result))
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.error()).isInstanceOf(ErrorClass.Connect.class));
      client.awaitNoConnections();
      assertThat(requests.get()).isEqualTo(3);
    }
  }

  @Test
  void what_has_begun_to_be_answered_is_not_sent_again() throws Exception {
    Socket first = firstExchange();
    CompletableFuture<ExchangeResult> result = client.start(request());
    read(first);
    first.getOutputStream().write('H');
    first.close();

    assertThat(Client.get(result)).isInstanceOf(ExchangeResult.Failure.class);
    assertThat(requests.get()).isEqualTo(2);
  }

  private static void end(Socket socket, boolean reset) throws IOException {
    if (reset) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }

  private Socket firstExchange() throws Exception {
    CompletableFuture<ExchangeResult> result = client.start(request());
    Socket socket = server.accept();
    answer(socket);
    assertThat(Client.get(result)).isInstanceOf(ExchangeResult.Response.class);
    return socket;
  }

  private void answer(Socket socket) throws IOException {
    read(socket);
    socket.getOutputStream().write(OK);
  }

  private void read(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    int c;
    while (head.indexOf("\r\n\r\n") < 0 && (c = socket.getInputStream().read()) >= 0) {
      head.append((char) c);
    }
    assertThat(head).startsWith("POST / ");
    requests.incrementAndGet();
  }

  private HttpRequest request() {
    return Client.request("http://127.0.0.1:" + server.getLocalPort() + "/", "");
  }
}
