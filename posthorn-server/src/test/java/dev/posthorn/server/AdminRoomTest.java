package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.admin.AdminApi;
import dev.posthorn.server.boot.ServerOptions;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Probes get answers regardless of other connections to the admin listener. */
class AdminRoomTest {
  private static final int PLACES = AdminApi.LIMITS.connections();

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(
          options -> {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return options.withAccess(new ServerOptions.Access(any, any, ServerFixture.SECRET));
          });

  private final List<RawClient> others = new ArrayList<>();

  @AfterEach
  void closeOthers() {
    others.forEach(RawClient::close);
  }

  private int port() {
    return URI.create(String.valueOf(SERVER.server().adminUrl())).getPort();
  }

  private void connect(int number, String beginning) {
    for (int i = 0; i < number; i++) {
      others.add(new RawClient(port(), 4_096).send(beginning));
    }
  }

  private void assertProbed(String... paths) {
    for (String path : paths) {
      try (RawClient probe = new RawClient(port())) {
        RawClient.Answer answer = probe.send("GET " + path + " HTTP/1.1\nHost: a\n\n").read();
        assertThat(answer.status()).as(path).isEqualTo(200);
      }
    }
  }

  @Test
  void thoughEveryPlaceHasAClientThatHasYetToSendItsBody() {
    connect(PLACES, "GET /health/live HTTP/1.1\nHost: a\nContent-Length: 9000\n\nx");
    assertProbed("/health/live", "/health/ready", "/metrics");
  }

  @Test
  void thoughEveryPlaceHasAClientThatDrips() {
    connect(PLACES, "GET /metrics HTTP/1.1\nHost: a\nContent-Length: 9000\n\nx");
    for (RawClient each : others) {
      drip(each);
    }
    assertProbed("/health/live", "/health/ready", "/metrics");
  }

  /**
   * Sends a byte, so that the client makes progress; its connection may have been closed for
   * others.
   */
  private static void drip(RawClient client) {
    try {
      client.send("y");
    } catch (UncheckedIOException e) {
      assertThat(e.getCause()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void thoughEveryPlaceHasAClientThatReadsNothing() {
    connect(PLACES, "GET /metrics HTTP/1.1\nHost: a\n\n".repeat(40));
    assertProbed("/health/live", "/health/ready"); // the other clients request metrics
  }

  @Test
  void thoughEveryPlaceHasAClientThatSaysNothingOrHalfAHead() {
    connect(PLACES / 2, "");
    connect(PLACES / 2, "POST /release HTTP/1.1\nHost: a\n");
    assertProbed("/health/live", "/health/ready", "/metrics");
  }
}
