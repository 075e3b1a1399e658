package dev.posthorn.server.api.environment;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.http.Fields;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings of an environment as clients expect them. They are read-only: each is a constant of
 * Posthorn or set when the server starts.
 */
final class EnvironmentSettings {
  /** Settings visible to clients of an environment; the others are for its administrators. */
  private static final Set<String> PUBLIC =
      Set.of(
          "enableChannels",
          "enableMessageTags",
          "enableMessageStream",
          "enableIntegrationManagement",
          "enableTransformations",
          "enableEndpointOauthConfig",
          "enableEndpointMtlsConfig",
          "advancedEndpointTypes",
          "showUseSvixPlay",
          "showSvixBrandFooter",
          "wipeSuccessfulPayload");

  private final ObjectNode all = JsonNodeFactory.instance.objectNode();

  EnvironmentSettings(EngineOptions options) {
    all.put("enableChannels", true);
    all.put("enableMessageTags", true);
    all.put("enableEndpointMtlsConfig", true);
    all.put("disableEndpointOnFailure", true);
    all.put("whitelabelHeaders", true); // signature headers are always webhook-*
    for (String none :
        new String[] {
          "enforceHttps",
          "requireEndpointChannel",
          "requireEndpointFilterTypes",
          "readOnly",
          "wipeSuccessfulPayload",
          "eventCatalogPublished",
          "enableMessageStream",
          "enableIntegrationManagement",
          "enableTransformations",
          "enableEndpointOauthConfig",
          "enableApplicationAlerts",
          "webhooksAutoConfig",
          "mcpToken",
          "showUseSvixPlay",
          "showSvixBrandFooter"
        }) {
      all.put(none, false);
    }
    all.putArray("advancedEndpointTypes");
    ArrayNode waits = all.putArray("retryPolicy");
    options.retryWaits().forEach(millis -> waits.add(Math.toIntExact(millis / 1_000)));
  }

  /** Returns all settings as JSON. */
  String all() {
    return all.toString();
  }

  /** Returns the settings visible to every client of the environment as JSON. */
  String shown() {
    ObjectNode shown = all.deepCopy();
    shown.retain(PUBLIC);
    return shown.toString();
  }

  /** Throws 422 for the first setting with a value that differs from the current one. */
  void requireSame(Fields given) {
    for (String name : given.names()) {
      JsonNode wanted = given.node(name);
      JsonNode present = all.get(name);
      if (wanted == null || wanted.equals(present)) {
        continue;
      }
      if (name.equals("retryPolicy")) {
        throw given.invalid(
            name, "is " + present + "; change it when the server starts, with --retry-schedule");
      }
      if (present != null) {
        throw given.invalid(name, "is always " + present + "; leave it out");
      }
      if (!isNothing(wanted)) {
        throw given.invalid(name, "is an unknown setting; leave it out");
      }
    }
  }

  /** Returns whether a value turns an unknown setting off, as it already is. */
  private static boolean isNothing(JsonNode value) {
    return (value.isBoolean() && !value.asBoolean()) || (value.isContainer() && value.isEmpty());
  }
}
