package dev.posthorn.server.serve;

import dev.posthorn.engine.EngineOptions;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.transport.AddressPolicy;
import dev.posthorn.transport.http.HttpTransportOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the server until it is stopped. */
@Command(
    name = "serve",
    description = "Runs the server: the HTTP API over one database file, until it is stopped.",
    sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
  private static final Pattern WAIT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--db",
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_DB:-posthorn.db}",
      description = "The database file; created if it does not exist (POSTHORN_DB).")
  private Path db;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:POSTHORN_LISTEN:-127.0.0.1:8071}",
      description = "Where the API listens (POSTHORN_LISTEN).")
  private String listen;

  @Option(
      names = "--admin-listen",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:POSTHORN_ADMIN_LISTEN:-127.0.0.1:8072}",
      description = "Where health and metrics listen (POSTHORN_ADMIN_LISTEN).")
  private String adminListen;

  @Option(
      names = "--jwt-secret",
      paramLabel = "SECRET",
      defaultValue = "${env:POSTHORN_JWT_SECRET}",
      description = "Accept JWTs signed with this secret (POSTHORN_JWT_SECRET).")
  private @Nullable String jwtSecret;

  @Option(
      names = "--secret-key",
      paramLabel = "KEY",
      defaultValue = "${env:POSTHORN_SECRET_KEY}",
      description =
          "Encrypts secrets in the database: 32 bytes as base64 or hex (POSTHORN_SECRET_KEY).")
  private @Nullable String secretKey;

  @Option(
      names = "--allow-network",
      paramLabel = "CIDR",
      split = ",",
      defaultValue = "${env:POSTHORN_ALLOW_NETWORK}",
      description =
          "Deliver to these addresses too; only public ones otherwise (POSTHORN_ALLOW_NETWORK).")
  private @Nullable List<String> allowNetwork;

  @Option(
      names = "--retry-schedule",
      paramLabel = "WAITS",
      defaultValue = "${env:POSTHORN_RETRY_SCHEDULE:-5s,5m,30m,2h,5h,10h,10h}",
      description =
          "The waits after the first attempt, which is made at once (POSTHORN_RETRY_SCHEDULE).")
  private String retrySchedule;

  @Override
  public Integer call() throws InterruptedException {
    ServerOptions options = options();
    PosthornServer server = PosthornServer.start(options);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "posthorn-stop"));
    spec.commandLine().getOut().println("ready " + server.url());
    spec.commandLine().getOut().flush();
    stopped.await();
    return 0;
  }

  private ServerOptions options() {
    String key = secretKey;
    if (key == null || key.isEmpty()) {
      throw bad(
          "--secret-key",
          "is missing (or POSTHORN_SECRET_KEY); make one with: head -c 32 /dev/urandom | base64");
    }
    return new ServerOptions(
        db,
        checked("--secret-key", () -> SecretKey.keyring(key)),
        new ServerOptions.Access(
            address("--listen", listen), address("--admin-listen", adminListen), jwtSecret),
        EngineOptions.DEFAULT.withRetryWaits(waits()),
        HttpTransportOptions.builder().addresses(addresses()).build(),
        HttpLimits.DEFAULT);
  }

  private AddressPolicy addresses() {
    List<String> blocks = new ArrayList<>();
    if (allowNetwork != null) {
      allowNetwork.stream().filter(block -> !block.isBlank()).forEach(blocks::add);
    }
    return blocks.isEmpty()
        ? AddressPolicy.publicOnly()
        : checked("--allow-network", () -> AddressPolicy.allowing(blocks.toArray(String[]::new)));
  }

  private List<Long> waits() {
    List<Long> waits = new ArrayList<>();
    for (String part : retrySchedule.split(",", -1)) {
      Matcher wait = WAIT.matcher(part.trim());
      if (!wait.matches()) {
        throw bad("--retry-schedule", "\"" + part + "\" is no wait such as 5s, 30m or 2h");
      }
      long unit =
          switch (wait.group(2)) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            default -> 86_400_000L;
          };
      waits.add(Long.parseLong(wait.group(1)) * unit);
    }
    return waits;
  }

  private InetSocketAddress address(String option, String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port >= 0 && port <= 65_535) {
        String host = text.substring(0, colon);
        return new InetSocketAddress(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw bad(option, "\"" + text + "\" is not HOST:PORT, such as 127.0.0.1:8071");
  }

  private <T> T checked(String option, Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw bad(option, String.valueOf(e.getMessage()));
    }
  }

  private CommandLine.ParameterException bad(String option, String problem) {
    return new CommandLine.ParameterException(spec.commandLine(), option + ": " + problem);
  }
}
