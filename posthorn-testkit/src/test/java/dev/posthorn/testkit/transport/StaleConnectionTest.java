package dev.posthorn.testkit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.scheduler.Loop;
import dev.posthorn.transport.ErrorClass;
import dev.posthorn.transport.ExchangeResult;
import dev.posthorn.transport.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A kept connection that the receiver ends just when the next request is sent. The loop is held up
 * meanwhile, so that it cannot have noticed.
 */
class StaleConnectionTest {

  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Client client = Client.open();
  private final Loop loop = client.transport.scheduler().loops().getFirst();
  private final AtomicInteger requests = new AtomicInteger();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void a_request_of_which_nothing_could_be_sent_is_sent_once_more() throws Exception {
    Socket first = firstExchange();
    CompletableFuture<ExchangeResult> second =
        afterOnTheLoop(
            () -> {
              first.setSoLinger(true, 0);
              first.close();
            });
    try (Socket socket = server.accept()) {
      answer(socket);

      assertThat(Client.get(second)).isInstanceOf(ExchangeResult.Response.class);
      assertThat(requests.get()).isEqualTo(2);
    }
  }

  @Test
  void a_request_that_may_have_been_read_is_not_sent_again() throws Exception {
    Socket first = firstExchange();
    CompletableFuture<ExchangeResult> second = afterOnTheLoop(first::close);

    assertThat(Client.get(second))
        .isInstanceOfSatisfying(
            ExchangeResult.Failure.class,
            failure -> assertThat(failure.error()).isInstanceOf(ErrorClass.Connect.class));
    client.awaitNoConnections();
    assertThat(requests.get()).isEqualTo(1);
  }

  private Socket firstExchange() throws Exception {
    CompletableFuture<ExchangeResult> result = client.start(request());
    Socket socket = server.accept();
    answer(socket);
    assertThat(Client.get(result)).isInstanceOf(ExchangeResult.Response.class);
    return socket;
  }

  /** Does something to the connection while the loop waits, then sends on the loop. */
  private CompletableFuture<ExchangeResult> afterOnTheLoop(Ending ending) throws Exception {
    CompletableFuture<ExchangeResult> result = new CompletableFuture<>();
    CompletableFuture<Void> held = new CompletableFuture<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    loop.execute(
        () -> {
          held.complete(null);
          ended.orTimeout(20, TimeUnit.SECONDS).join();
          client.transport.exchange(loop, request(), result::complete);
        });
    held.get(20, TimeUnit.SECONDS);
    ending.end();
    ended.complete(null);
    return result;
  }

  private void answer(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    int c;
    while (head.indexOf("\r\n\r\n") < 0 && (c = socket.getInputStream().read()) >= 0) {
      head.append((char) c);
    }
    assertThat(head).startsWith("POST / ");
    requests.incrementAndGet();
    socket.getOutputStream().write(OK);
  }

  private HttpRequest request() {
    return Client.request("http://127.0.0.1:" + server.getLocalPort() + "/", "");
  }

  private interface Ending {
    void end() throws IOException;
  }
}
