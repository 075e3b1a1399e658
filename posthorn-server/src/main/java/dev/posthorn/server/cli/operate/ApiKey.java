package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.ServerClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An API key as people see it.
 *
 * @param id its id
 * @param environment the environment that it opens
 * @param name what people call it
 * @param endsIn its last characters
 * @param created when it was made, as RFC 3339 has it
 * @param expires when it ends, or null for never
 * @param token the key itself if it was just made, or null
 */
record ApiKey(
    String id,
    String environment,
    String name,
    String endsIn,
    String created,
    @Nullable String expires,
    @Nullable String token) {

  /** Returns it as JSON. */
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
