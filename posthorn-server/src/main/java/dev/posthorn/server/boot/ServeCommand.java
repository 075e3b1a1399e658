package dev.posthorn.server.boot;

import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.spi.store.TokenRow;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
      "Runs the server: the HTTP API over one database file, until it is stopped (SIGTERM,"
          + " Ctrl-C).",
      "Prints one line, \"ready URL\", when requests are taken; everything else goes to standard"
          + " error.",
      "A value is taken from its flag, else from its environment variable, else from the --config"
          + " file. A secret may be @FILE.",
      "Times are like 500ms, 30s, 5m, 2h, 7d, or PT30S; bytes like 1000, 64k, 1m."
    },
    footer = {
      "",
      "Exit code 0 after a stop that left nothing under way, 1 after any other end, 2 if a setting"
          + " cannot be."
    })
public final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  /** How long a stop may take beside the deliveries under way. */
  private static final long STOP_MILLIS = 15_000;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--dev",
      order = 0,
      description =
          "For development only: a temporary database, a new key and token, deliveries to this"
              + " machine. Prints commands to try.")
  private boolean dev;

  @Override
  public Integer call() throws InterruptedException {
    ParseResult parsed = spec.commandLine().getParseResult();
    if (!dev) {
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
        .forEach(name -> LOG.warn("there is no setting for {}: see posthorn config", name));
    StopLimit limit =
        StopLimit.of(
            options.manner().closeMillis() + STOP_MILLIS, () -> Runtime.getRuntime().halt(1));
    PosthornServer server = PosthornServer.start(options);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(server, limit, mode), "posthorn-stop"));
    if (mode != null) {
      mode.introduce(server, spec.commandLine().getErr());
    }
    warn(server, options);
    spec.commandLine().getOut().println("ready " + server.url());
    spec.commandLine().getOut().flush();
    new CountDownLatch(1).await(); // the hook ends the process
    return 0;
  }

  /** Signals would end the process with a code of their own. */
  private static void stop(PosthornServer server, StopLimit limit, @Nullable DevMode mode) {
    limit.begin();
    int code = 1;
    try {
      code = server.stop() ? 0 : 1;
      if (mode != null) {
        mode.close();
      }
    } catch (RuntimeException e) {
      LOG.error("the stop failed", e);
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private static void warn(PosthornServer server, ServerOptions options) {
    OptionsReader.warnings(options).forEach(LOG::warn);
    if (options.access().jwtSecret() == null && !hasKey(server)) {
      LOG.warn(
          "nobody can use the API: set --jwt-secret, or stop the server and run posthorn keys"
              + " create");
    }
    if (server.engine().hold().isHeld()) {
      LOG.warn("no delivery begins since the database was restored: run posthorn release");
    }
  }

  private static boolean hasKey(PosthornServer server) {
    return server.engine().access().environments().stream()
        .anyMatch(
            one -> !server.engine().access().tokensOf(one.id(), TokenRow.Kind.API_KEY).isEmpty());
  }
}
