package dev.posthorn.server;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.server.boot.ConfigCommand;
import dev.posthorn.server.boot.ServeCommand;
import dev.posthorn.server.cli.command.EndpointsCommand;
import dev.posthorn.server.cli.command.ListenCommand;
import dev.posthorn.server.cli.command.ReplayCommand;
import dev.posthorn.server.cli.command.SendCommand;
import dev.posthorn.server.cli.command.VerifyCommand;
import dev.posthorn.server.cli.demo.DemoCommand;
import dev.posthorn.server.cli.demo.DemoSender;
import dev.posthorn.server.cli.operate.BackupCommand;
import dev.posthorn.server.cli.operate.ConsoleCommand;
import dev.posthorn.server.cli.operate.HealthCommand;
import dev.posthorn.server.cli.operate.HoldCommand;
import dev.posthorn.server.cli.operate.KeysCommand;
import dev.posthorn.server.cli.operate.MigrateCommand;
import dev.posthorn.server.cli.operate.NodesCommand;
import dev.posthorn.server.cli.operate.ReencryptCommand;
import dev.posthorn.server.cli.operate.ReleaseCommand;
import dev.posthorn.server.cli.operate.RestoreCommand;
import dev.posthorn.server.cli.operate.SchemaCommand;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Durations;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.signature.KeyFormatException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line of Posthorn: {@code posthorn COMMAND}. */
@Command(
    name = "posthorn",
    description = {
      "Delivers webhooks.",
      "A checkout also has bin/posthorn bench, for benchmarks, and bin/posthorn simulate."
    },
    scope = CommandLine.ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          ServeCommand.class,
          ConfigCommand.class,
          ConsoleCommand.class,
          HealthCommand.class,
          KeysCommand.class,
          BackupCommand.class,
          RestoreCommand.class,
          HoldCommand.class,
          MigrateCommand.class,
          ReleaseCommand.class,
          ReencryptCommand.class,
          SchemaCommand.class,
          NodesCommand.class,
          EndpointsCommand.class,
          ReplayCommand.class,
          SendCommand.class,
          ListenCommand.class,
          VerifyCommand.class,
          DemoSender.class);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /**
   * Runs the command that the arguments name, and exits with its code: 0 for success, 1 for a
   * failure, 2 for wrong usage.
   */
  public static void main(String... args) {
    System.exit(commandLine(args).execute(args));
  }

  /**
   * Returns the command line for arguments, with only the command that they name, or with all
   * commands.
   */
  static CommandLine commandLine(String... args) {
    CommandLine commandLine = new CommandLine(new Main());
    // Reading a command's annotations takes long, and would delay the start of a server.
    List<Class<?>> named =
        COMMANDS.stream().filter(command -> args.length > 0 && isNamed(command, args[0])).toList();
    (named.isEmpty() ? COMMANDS : named).forEach(commandLine::addSubcommand);
    for (String command : List.of("serve", "config")) {
      CommandLine known = commandLine.getSubcommands().get(command);
      if (known != null) {
        SettingFlags.addAll(known.getCommandSpec());
      }
    }
    commandLine.registerConverter(Duration.class, Main::time);
    commandLine.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          failed.getErr().println("posthorn: " + why(e));
          return misused(e)
              ? failed.getCommandSpec().exitCodeOnInvalidInput()
              : failed.getCommandSpec().exitCodeOnExecutionException();
        });
    return commandLine;
  }

  private static String why(Exception e) {
    if (e instanceof FileSystemException file) {
      return file.getFile() + ": " + FileFailure.why(file);
    }
    return e.getMessage() == null ? "unexpected error: " + e : e.getMessage();
  }

  private static Duration time(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isNamed(Class<?> command, String name) {
    Command described = command.getAnnotation(Command.class);
    return described != null && described.name().equals(name);
  }

  private static boolean misused(Exception e) {
    return e instanceof KeyFormatException
        || e instanceof BadSettingException
        || (e instanceof PosthornException why && why.reason() == Reason.INVALID);
  }

  /** Prints the usage, since no command is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      // Only the jar's manifest knows the version; class folders have none.
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"posthorn " + Objects.requireNonNullElse(version, "(not packaged)")};
    }
  }
}
