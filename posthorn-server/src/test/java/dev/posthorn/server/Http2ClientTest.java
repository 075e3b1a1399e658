package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The JDK's client asks for HTTP/2 unless it is told otherwise. */
class Http2ClientTest {
  @AutoClose private final ServerFixture server = ServerFixture.start();
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> post(String token, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.server().url() + "/api/v1/app"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aRequestThatIsRefusedBeforeItsBodyIsReadIsAnsweredAndTheNextOneIsTaken() throws Exception {
    String token = ServerFixture.token("org_a");
    assertThat(post(token, "{\"name\":\"A\"}").statusCode()).isEqualTo(201);
    HttpResponse<String> refused = post("wrong", "{\"name\":\"" + "x".repeat(100_000) + "\"}");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(post(token, "{\"name\":\"B\"}").statusCode()).isEqualTo(201);
  }
}
