package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.ServerClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An API key as commands show it.
 *
 * @param id the key's id
 * @param environment the environment that it is for
 * @param name the key's name
 * @param endsIn its last characters
 * @param created its time of creation (RFC 3339)
 * @param expires its expiration time, or null for never
 * @param token the key itself if it was just created, or null
 */
record ApiKey(
    String id,
    String environment,
    String name,
    String endsIn,
    String created,
    @Nullable String expires,
    @Nullable String token) {

  /** Creates a key as it is listed: without the key itself. */
  ApiKey(
      String id,
      String environment,
      String name,
      String endsIn,
      String created,
      @Nullable String expires) {
    this(id, environment, name, endsIn, created, expires, null);
  }

  /** Returns this entry with the key itself. */
  ApiKey with(@Nullable String made) {
    return new ApiKey(id, environment, name, endsIn, created, expires, made);
  }

  /** Returns the key as JSON. */
  ObjectNode json() {
    ObjectNode object =
        ServerClient.object()
            .put("id", id)
            .put("environment", environment)
            .put("name", name)
            .put("endsIn", endsIn)
            .put("created", created)
            .put("expires", expires);
    return token == null ? object : object.put("token", token);
  }

  @Override
  public String toString() {
    return "ApiKey[" + id + "]"; // never the token
  }
}
