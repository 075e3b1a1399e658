package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.ServerClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** API keys of a running server, accessed with a token of the same environment. */
final class ServerKeys implements ApiKeys {
  private static final int PAGE = 250;

  private final ServerClient server;
  private final String environment;
  private final String path;

  ServerKeys(ServerClient server, String environment) {
    this.server = server;
    this.environment = environment;
    this.path =
        "/api/v1/management/authentication/" + ServerClient.encoded(environment) + "/api-token";
  }

  @Override
  public List<ApiKey> list() {
    List<ApiKey> keys = new ArrayList<>();
    String from = "";
    while (true) {
      JsonNode page = server.get(path + "?limit=" + PAGE + "&order=ascending" + from);
      page.path("data").forEach(key -> keys.add(shown(key)));
      if (page.path("done").asBoolean(true)) {
        return keys;
      }
      from = "&iterator=" + ServerClient.encoded(page.path("iterator").asString());
    }
  }

  @Override
  public ApiKey create(String name) {
    return shown(server.post(path, ServerClient.object().put("name", name)));
  }

  @Override
  public void revoke(String id) {
    expire(id, 0);
  }

  @Override
  public ApiKey rotate(String id, long graceMillis) {
    JsonNode old = server.get(path + "/" + ServerClient.encoded(id));
    String name = text(old, "name");
    ObjectNode like = ServerClient.object().put("name", name == null ? "API key" : name);
    String application = text(old, "appId");
    ApiKey fresh = application == null ? replace(old, like) : replaceSender(old, like, application);
    expire(id, graceMillis / 1_000);
    return fresh;
  }

  private ApiKey replace(JsonNode old, ObjectNode like) {
    if (text(old, "expiresAt") != null) {
      throw new IllegalArgumentException(
          "this key expires at "
              + text(old, "expiresAt")
              + " already; create another one with posthorn keys create");
    }
    if (old.path("scopes").isArray()) {
      like.set("scopes", old.path("scopes"));
    }
    return shown(server.post(path, like));
  }

  /** Replaces a key that only sends messages to an application. */
  private ApiKey replaceSender(JsonNode old, ObjectNode like, String application) {
    String end = text(old, "expiresAt");
    if (end != null) {
      long left = Duration.between(Instant.now(), Instant.parse(end)).toSeconds();
      like.put("expiry", Math.max(0, left));
    }
    return shown(
        server.post(
            "/api/v1/auth/app/" + ServerClient.encoded(application) + "/create-message-token",
            like));
  }

  private void expire(String id, long seconds) {
    var unused =
        server.post(
            path + "/" + ServerClient.encoded(id) + "/expire",
            ServerClient.object().put("expiry", seconds));
  }

  private ApiKey shown(JsonNode key) {
    String token = text(key, "token");
    String shown = token == null ? key.path("censoredToken").asString("") : token;
    return new ApiKey(
            key.path("id").asString(),
            environment,
            key.path("name").asString(""),
            shown.substring(Math.max(0, shown.length() - 4)),
            key.path("createdAt").asString(""),
            text(key, "expiresAt"))
        .with(token);
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? value.asString() : null;
  }

  @Override
  public void close() {
    server.close();
  }
}
