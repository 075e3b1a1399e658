package dev.posthorn.server.boot;

import dev.posthorn.internal.rules.StoreUrl;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Prints the configuration that {@code serve} would use. */
@Command(
    name = "config",
    abbreviateSynopsis = true,
    description = {
      "Prints and validates the configuration that serve would use, with the source of"
          + " each value.",
      "Takes the same flags, variables and file as serve. Secrets are not shown.",
      "Apart from the secrets, the output can be used as a --config file."
    })
public final class ConfigCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration =
        SettingFlags.read(spec.commandLine().getParseResult(), System.getenv());
    PrintWriter out = spec.commandLine().getOut();
    Setting.Tier tier = null;
    for (Setting setting : Setting.values()) {
      if (setting.tier() != tier) {
        tier = setting.tier();
        out.printf("%n# %s%n", tier.heading());
      }
      print(configuration, setting, out);
    }
    configuration
        .unknownVariables()
        .forEach(name -> out.printf("%n# %s is set, but is not a known setting%n", name));
    out.flush();
    OptionsReader.logs(configuration);
    OptionsReader.warnings(OptionsReader.read(configuration))
        .forEach(warning -> out.printf("%n# %s%n", warning));
    out.flush();
    return 0;
  }

  private static String hidden(Setting setting, String text) {
    if ((setting == Setting.STORE || setting == Setting.INBOX) && StoreUrl.isPostgresql(text)) {
      return StoreUrl.shown(StoreUrl.jdbc(text)) + ", without its parameters";
    }
    return text.isEmpty() ? "" : "(not shown)";
  }

  private static void print(Configuration configuration, Setting setting, PrintWriter out) {
    Configuration.Value value = configuration.value(setting);
    if (setting.isSecret()) {
      out.printf("# %s=%s  (%s)%n", setting.key(), hidden(setting, value.text()), value.source());
    } else {
      out.printf("# (%s)%n%s=%s%n", value.source(), setting.key(), value.text());
    }
  }
}
