package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Links to the portal have a token, so only the operator determines their host. */
class PortalLinkTest {

  private static ServerFixture start(String host, @Nullable String publicUrl) {
    return ServerFixture.start(
        options ->
            options.withAccess(
                new ServerOptions.Access(new InetSocketAddress(host, 0), null, ServerFixture.SECRET)
                    .withPublicUrl(publicUrl)));
  }

  /** Requests a link with the Host header of another server. */
  private static String link(ServerFixture server) {
    String body = "{\"application\":{\"name\":\"Customer\",\"uid\":\"customer\"}}";
    try (RawClient client = new RawClient(server.port())) {
      RawClient.Answer answer =
          client
              .send(
                  "POST /api/v1/auth/app-portal-access/customer HTTP/1.1\n"
                      + "Host: evil.example\nX-Forwarded-Host: evil.example\n"
                      + "X-Forwarded-Proto: https\nForwarded: host=evil.example;proto=https\n"
                      + "Authorization: Bearer "
                      + ServerFixture.token("org_link")
                      + "\nContent-Type: application/json\nContent-Length: "
                      + body.length()
                      + "\n\n"
                      + body)
              .read();
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      return answer.json().path("url").asString();
    }
  }

  @Test
  void itLeadsToWhereTheServerListensWhateverTheClientSays() {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    try (ServerFixture server = start(host, null)) {
      assertThat(link(server)).startsWith(server.server().url() + "/portal#key=");
    }
  }

  @Test
  void itLeadsToThePublicUrlThatIsSet() {
    try (ServerFixture server = start("0.0.0.0", "https://hooks.example:8443")) {
      assertThat(link(server)).startsWith("https://hooks.example:8443/portal#key=");
    }
  }

  @Test
  void itLeadsToThisMachineIfTheServerListensEverywhere() {
    try (ServerFixture server = start("0.0.0.0", null)) {
      assertThat(link(server)).startsWith("http://localhost:" + server.port() + "/portal#key=");
    }
  }
}
