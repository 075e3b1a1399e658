package dev.posthorn.server.boot;

import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.server.config.ShownSetting;
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
    for (ShownSetting shown : ShownSetting.of(configuration)) {
      if (shown.setting().tier() != tier) {
        tier = shown.setting().tier();
        out.printf("%n# %s%n", tier.heading());
      }
      print(shown, out);
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

  private static void print(ShownSetting shown, PrintWriter out) {
    Setting setting = shown.setting();
    if (setting.isSecret()) {
      out.printf("# %s=%s  (%s)%n", setting.key(), shown.value(), shown.source());
    } else {
      out.printf("# (%s)%n%s=%s%n", shown.source(), setting.key(), shown.value());
    }
  }
}
