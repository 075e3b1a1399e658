package dev.posthorn.server.boot;

import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Runs the server until it is stopped. */
@Command(
    name = "serve",
    abbreviateSynopsis = true,
    description = {
      "Runs the server, an HTTP API over one database file or a PostgreSQL database, until SIGTERM"
          + " or Ctrl-C stops it.",
      "If another process owns the PostgreSQL database, waits until that has ended; the admin"
          + " listener answers meanwhile.",
      "Prints the line \"ready URL\" to standard output when it accepts requests;"
          + " everything else goes to standard error.",
      "A flag takes precedence over its environment variable, and that over the --config"
          + " file. A secret may be given as @FILE.",
      "Times are written as 500ms, 30s, 5m, 2h, 7d or PT30S, sizes as 1000, 64k or 1m."
    },
    footer = {
      "",
      "Exits with 0 if the stop completed all deliveries in flight, with 2 if a setting"
          + " is invalid, otherwise with 1; also if another process has taken over the database."
    })
public final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  /** The maximum duration of a stop, apart from deliveries in flight. */
  private static final long STOP_MILLIS = 15_000;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--dev",
      order = 0,
      description =
          "For development only: a temporary database, a new key and token, deliveries to this"
              + " machine. Prints commands to try.")
  private boolean dev;

  @Option(
      names = "--sample",
      order = 0,
      description =
          "With --dev: sample applications and endpoints, and a trickle of messages of which some"
              + " fail, to look at in the console.")
  private boolean sample;

  /**
   * Runs a development server with sample data, on free ports, until it is stopped.
   *
   * @param caller the command that calls this one, whose handling of errors applies
   */
  public static int withSample(CommandLine caller) {
    CommandLine serve = new CommandLine(new ServeCommand());
    SettingFlags.addAll(serve.getCommandSpec());
    serve.setExecutionExceptionHandler(caller.getExecutionExceptionHandler());
    return serve.execute(
        "--dev", "--sample", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0");
  }

  @Override
  public Integer call() throws InterruptedException {
    ParseResult parsed = spec.commandLine().getParseResult();
    if (!dev) {
      if (sample) {
        throw new BadSettingException(
            "--sample: only with --dev, whose database is a temporary one", null);
      }
      return serve(SettingFlags.read(parsed, System.getenv()), null);
    }
    DevMode mode = DevMode.create(parsed, System.getenv());
    try {
      return serve(mode.configuration(), mode);
    } catch (RuntimeException | Error e) {
      mode.close();
      throw e;
    }
  }

  private int serve(Configuration configuration, @Nullable DevMode mode)
      throws InterruptedException {
    OptionsReader.logs(configuration);
    ServerOptions options = OptionsReader.read(configuration);
    configuration
        .unknownVariables()
        .forEach(name -> LOG.warn("Unknown setting {}; see posthorn config", name));
    StopLimit limit =
        StopLimit.of(
            options.manner().closeMillis() + STOP_MILLIS, () -> Runtime.getRuntime().halt(1));
    note(configuration, options);
    PosthornServer server = new PosthornServer(options);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(server, limit, mode), "posthorn-stop"));
    try {
      server.open();
    } catch (StoppedException e) {
      return 0; // the hook ends the process
    }
    if (mode != null) {
      mode.introduce(server, spec.commandLine().getErr(), sample);
    }
    warn(server, options);
    spec.commandLine().getOut().println("ready " + server.url());
    spec.commandLine().getOut().flush();
    server.engine().condition().awaitFence(); // else the hook ends the process
    LOG.error(
        "Another process has taken over the store: this one ends with exit code 1, to be started"
            + " again");
    return 1;
  }

  /** Stops the server and ends the process with our own exit code instead of the signal's. */
  private static void stop(PosthornServer server, StopLimit limit, @Nullable DevMode mode) {
    if (server.hasFailed()) {
      return; // the command's exit code says why
    }
    limit.begin();
    int code = 1;
    try {
      if (mode != null) {
        mode.endSample();
      }
      code = server.stop() && !server.isFenced() ? 0 : 1;
      if (!server.hasStarted()) {
        LOG.info("Stopped before the start was complete");
      }
      if (mode != null) {
        mode.close();
      }
    } catch (RuntimeException e) {
      LOG.error("Server could not be stopped", e);
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  /** Logs the place of the store if it is not obvious. */
  private static void note(Configuration configuration, ServerOptions options) {
    Configuration.Value file = configuration.value(Setting.DB);
    if (options.database() == null && !file.text().equals(Setting.DB.defaultValue())) {
      LOG.info("Ignored db from {}: the store is a PostgreSQL database", file.source());
    }
  }

  private static void warn(PosthornServer server, ServerOptions options) {
    OptionsReader.warnings(options).forEach(LOG::warn);
    if (options.access().jwtSecret() == null && !hasKey(server)) {
      LOG.warn(
          "No client can use the API: set --jwt-secret, or stop the server and run posthorn"
              + " keys create");
    }
    if (server.engine().hold().isHeld()) {
      LOG.warn("Deliveries are held after a restore; run posthorn release");
    }
  }

  private static boolean hasKey(PosthornServer server) {
    return server.engine().environmentAdmin().all().stream()
        .anyMatch(
            one ->
                !server.engine().tokenAdmin().tokensOf(one.id(), TokenRow.Kind.API_KEY).isEmpty());
  }
}
