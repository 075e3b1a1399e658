package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Verifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Receives webhooks on this machine: verifies them, prints them, and can fail on request. */
@Command(
    name = "listen",
    description = {
      "Receives webhooks on 127.0.0.1, verifies and prints them. Can fail on purpose, or"
          + " forward them to your server.",
      "Ends with Ctrl-C or after --count requests. Exits with 1 if a request was not"
          + " verified, otherwise with 0."
    })
public final class ListenCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "3000",
      description = "The port; 0 for any free port. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = {"-s", "--secret"},
      paramLabel = "SECRET",
      defaultValue = "${env:POSTHORN_SECRET}",
      description =
          "The secret or public key that verifies requests: whsec_… or whpk_…, or @FILE."
              + " Repeatable. Without one, nothing is verified; with --forward-from, one is"
              + " generated. (POSTHORN_SECRET)")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = "--fail",
      paramLabel = "N",
      defaultValue = "0",
      description = "Answer 503 to the first N attempts of each message.")
  private int failures;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      defaultValue = "204",
      description = "The status to answer with. Default: ${DEFAULT-VALUE}.")
  private int status;

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "The delay before each answer, such as 2s.")
  private Duration delay;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after this many requests.")
  private int count;

  @Option(
      names = "--forward-from",
      paramLabel = "URL",
      description =
          "The URL of a running server that may deliver to 127.0.0.1. It gets an endpoint"
              + " while this command runs. Needs --app.")
  private @Nullable String server;

  @Option(
      names = "--forward-to",
      paramLabel = "URL",
      description =
          "A URL of your server, such as http://127.0.0.1:3001/hooks. Verified requests are"
              + " forwarded to it, and its response is returned: 502 if it does not respond, 504 if"
              + " it takes more than 15 s.")
  private @Nullable String forwardTo;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:POSTHORN_TOKEN}",
      description = "An API key or a JWT for the --forward-from server. (POSTHORN_TOKEN)")
  private @Nullable String token;

  @Option(
      names = "--app",
      paramLabel = "APP",
      description = "The application's id or uid, for --forward-from.")
  private @Nullable String app;

  @Override
  public Integer call() throws Exception {
    require("--port", port >= 0 && port <= 65_535, "0 to 65535");
    require("--fail", failures >= 0, "0 or more");
    require("--status", status >= 200 && status <= 599, "200 to 599");
    require("--count", count >= 0, "0 or more");
    require("--app", (server == null) == (app == null), "given with --forward-from, and only then");
    require(
        "--status",
        forwardTo == null || !spec.commandLine().getParseResult().hasMatchedOption("--status"),
        "left out with --forward-to, which answers");
    if (server == null || app == null) {
      return listen(null);
    }
    require("--secret", secrets.size() <= 1, "given at most once with --forward-from");
    String secret = secrets.isEmpty() ? Keys.generateSecret() : Input.secret(secrets.get(0));
    require("--secret", secret.startsWith("whsec_"), "whsec_… with --forward-from");
    TemporaryEndpoint endpoint =
        new TemporaryEndpoint(new ServerClient(server, token), app, secret);
    Thread last = new Thread(endpoint::close, "posthorn-listen-end");
    Runtime.getRuntime().addShutdownHook(last); // Ctrl-C
    try (endpoint) {
      secrets = List.of(secret);
      return listen(endpoint);
    } finally {
      forget(last);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is already exiting, and runs the hook.
    }
  }

  private int listen(@Nullable TemporaryEndpoint endpoint) throws Exception {
    Verifier verifier =
        secrets.isEmpty() ? null : Verifier.of(secrets.stream().map(Input::secret).toList());
    PrintWriter out = spec.commandLine().getOut();
    var behaviour = new ListenReceiver.Behaviour(failures, status, delay);
    try (Forwarder forwarder = forwarder();
        ListenReceiver receiver = receiver(verifier, behaviour, out, forwarder)) {
      if (forwarder != null) {
        requireOther(forwarder.to(), receiver.port());
      }
      if (endpoint != null) {
        endpoint.add(receiver.url());
      }
      out.printf("listening on %s%n", receiver.url());
      if (forwarder != null) {
        out.printf("forwarding to %s%n", forwarder.to());
        if (endpoint != null) {
          out.printf("signed with %s%n", secrets.get(0)); // its owner has to verify, too
        }
      }
      if (verifier == null) {
        out.println("without --secret nothing is verified");
      }
      out.flush();
      receiver.awaitRequests(count == 0 ? Integer.MAX_VALUE : count);
      return receiver.rejected() == 0 ? 0 : 1;
    }
  }

  private ListenReceiver receiver(
      @Nullable Verifier verifier,
      ListenReceiver.Behaviour behaviour,
      PrintWriter out,
      @Nullable Forwarder forwarder)
      throws IOException {
    try {
      return new ListenReceiver(port, verifier, behaviour, out, forwarder);
    } catch (BindException e) {
      throw new IllegalStateException(
          "--port: cannot listen on port "
              + port
              + ": "
              + e.getMessage()
              + "; stop what listens there, or choose another port (0 for any free port)",
          e);
    }
  }

  private @Nullable Forwarder forwarder() {
    if (forwardTo == null) {
      return null;
    }
    try {
      return new Forwarder(forwardTo, Forwarder.PATIENCE);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--forward-to: " + e.getMessage());
    }
  }

  /** Requires another port than the command's own, where a forwarded request would never end. */
  private void requireOther(URI to, int own) throws UnknownHostException {
    int implied = "https".equals(to.getScheme()) ? 443 : 80;
    int other = to.getPort() < 0 ? implied : to.getPort();
    boolean isOwn = other == own && InetAddress.getByName(to.getHost()).isLoopbackAddress();
    require("--forward-to", !isOwn, "another port than this command's own (--port)");
  }

  private void require(String option, boolean right, String range) {
    if (!right) {
      throw new CommandLine.ParameterException(spec.commandLine(), option + ": must be " + range);
    }
  }
}
