package dev.posthorn.cidadao;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A recorded request of the original Python WebhookService, with its response and result. */
record RecordedExchange(JsonNode json, ObjectMapper mapper) {

  static List<RecordedExchange> all() {
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream in =
        Objects.requireNonNull(
            RecordedExchange.class.getResourceAsStream("recorded-exchanges.json"))) {
      return mapper
          .readTree(in)
          .valueStream()
          .map(json -> new RecordedExchange(json, mapper))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  WebhookConfig config(String url) {
    JsonNode endpoint = json.get("endpoint");
    WebhookConfig config = WebhookConfig.of(url).withMaxRetries(0);
    if (endpoint.has("secret")) {
      config = config.withSecret(endpoint.get("secret").asString());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    endpoint
        .path("headers")
        .propertyStream()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return config.withHeaders(headers);
  }

  WebhookPayload payload() {
    WebhookEvent event = WebhookEvent.of(json.get("event").asString());
    String timestamp = json.get("timestamp_in").asString();
    Map<String, ?> data = Objects.requireNonNull(map("data"));
    Map<String, ?> metadata = map("metadata");
    boolean naive = !timestamp.substring(10).matches(".*[+-].*");
    return naive
        ? WebhookPayload.of(event, LocalDateTime.parse(timestamp), data, metadata)
        : new WebhookPayload(event, OffsetDateTime.parse(timestamp), data, metadata);
  }

  private @Nullable Map<String, ?> map(String name) {
    JsonNode node = json.get(name);
    return node.isNull()
        ? null
        : mapper.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  String body() {
    return json.get("request").get("body_utf8").asString();
  }

  /** Returns the headers that are the format's, by name in lower case. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    json.get("request")
        .get("headers")
        .propertyStream()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    headers.keySet().removeAll(List.of("accept", "accept-encoding", "connection"));
    return headers;
  }

  int status() {
    return json.get("response").get("status").asInt();
  }

  String responseBody() {
    return json.get("response").get("body_utf8").asString();
  }

  JsonNode delivery() {
    return json.get("delivery");
  }

  @Override
  public String toString() {
    return json.get("name").asString();
  }
}
