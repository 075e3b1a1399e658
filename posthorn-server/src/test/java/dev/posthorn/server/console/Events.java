package dev.posthorn.server.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An open stream of server-sent events. */
record Events(int status, BufferedReader lines) implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  static Events open(HttpClient http, String url, String token)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    return new Events(
        response.statusCode(),
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  /** Returns the next event, or null if the stream has ended. */
  @Nullable JsonNode next() throws IOException {
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.startsWith("data: ")) {
        return MAPPER.readTree(line.substring(6));
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
