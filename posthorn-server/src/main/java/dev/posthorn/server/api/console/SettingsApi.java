package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.util.List;
import java.util.Locale;

/** The settings of this server process, and their sources. */
public final class SettingsApi {
  private final List<ShownSetting> settings;

  /** Creates the operation; a server that is part of another program has no settings. */
  public SettingsApi(List<ShownSetting> settings) {
    this.settings = settings;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/settings",
                "v1.console.settings",
                "Returns the settings of this server process and their sources; secrets are"
                    + " masked.")
            .returns(200, "ConsoleSettingsOut")
            .to(ENVIRONMENT, call -> list()));
  }

  private Answer list() {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          for (ShownSetting one : settings) {
            Setting setting = one.setting();
            json.writeStartObject();
            json.writeStringProperty("name", setting.key());
            json.writeStringProperty("value", one.value());
            json.writeStringProperty("source", one.source());
            json.writeStringProperty("defaultValue", setting.defaultValue());
            json.writeStringProperty("use", setting.tier().name().toLowerCase(Locale.ROOT));
            json.writeBooleanProperty("secret", setting.isSecret());
            json.writeStringProperty("description", setting.help());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
