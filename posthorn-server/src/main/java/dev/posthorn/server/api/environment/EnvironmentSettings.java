package dev.posthorn.server.api.environment;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.http.Fields;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What clients know as an environment's settings. Posthorn has none that could be changed here:
 * what is shown is how it always is, or what the server was started with.
 */
final class EnvironmentSettings {
  /** Those that clients of an environment see; others are for who administers it. */
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
    all.put("whitelabelHeaders", true); // signatures are in webhook-*, whoever sends them
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

  /** Returns all of them, as JSON. */
  String all() {
    return all.toString();
  }

  /** Returns those that every client of the environment sees, as JSON. */
  String shown() {
    ObjectNode shown = all.deepCopy();
    shown.retain(PUBLIC);
    return shown.toString();
  }

  /** Throws 422 for the first one that is said to be other than it is. */
  void requireSame(Fields given) {
    for (String name : given.names()) {
      JsonNode wanted = given.node(name);
      JsonNode present = all.get(name);
      if (wanted == null || wanted.equals(present)) {
        continue;
      }
      if (name.equals("retryPolicy")) {
        throw given.invalid(
            name, "is " + present + " and is set when the server starts, by --retry-schedule");
      }
      if (present != null) {
        throw given.invalid(name, "is always " + present + " here; leave it out");
      }
      if (!isNothing(wanted)) {
        throw given.invalid(name, "is no setting that there is here; leave it out");
      }
    }
  }

  /** Whoever does not have a setting has it off. */
  private static boolean isNothing(JsonNode value) {
    return (value.isBoolean() && !value.asBoolean()) || (value.isContainer() && value.isEmpty());
  }
}
