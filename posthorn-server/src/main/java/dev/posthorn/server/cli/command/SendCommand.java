package dev.posthorn.server.cli.command;

import dev.posthorn.Attempt;
import dev.posthorn.DeliveryListener;
import dev.posthorn.DeliveryState;
import dev.posthorn.Endpoint;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.RetrySchedule;
import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.ServerFlags;
import dev.posthorn.server.cli.client.Table;
import dev.posthorn.server.config.TempFolder;
import dev.posthorn.spi.transport.HttpTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Sends one message and shows its attempts until all of its deliveries have ended. */
@Command(
    name = "send",
    description = {
      "Sends one message to a URL, to the endpoints of a database, or with --app through"
          + " a running server, and prints every attempt.",
      "Exits with 0 if every delivery succeeded, with 1 if one did not or if the message"
          + " matched no endpoint."
    })
public final class SendCommand implements Callable<Integer> {
  /** The flags for the library's field names. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "file", "--database",
          "url", "--to",
          "secret", "--secret",
          "allowNetworks", "--allow",
          "retrySchedule", "--retry",
          "eventId", "--event-id",
          "channels", "--channel",
          "type", "TYPE",
          "payload", "PAYLOAD");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "URL",
      description =
          "The URL to send to. With --database, an endpoint is added unless the database has"
              + " one with this URL.")
  private @Nullable String url;

  @Option(
      names = {"-d", "--database"},
      paramLabel = "FILE",
      description =
          "A database whose endpoints get the message; created if it is missing. Without it,"
              + " nothing is kept.")
  private @Nullable Path database;

  @Option(
      names = {"-s", "--secret"},
      paramLabel = "SECRET",
      defaultValue = "${env:POSTHORN_SECRET}",
      description =
          "The signing secret of an added endpoint: whsec_…, or @FILE. Without it, one is"
              + " generated and printed. (POSTHORN_SECRET)")
  private @Nullable String secret;

  @Option(
      names = "--allow",
      paramLabel = "CIDR",
      description =
          "A network to deliver to, in addition to public addresses, such as 127.0.0.0/8."
              + " Repeatable.")
  private List<String> networks = new ArrayList<>();

  @Option(
      names = "--retry",
      paramLabel = "WAIT",
      split = ",",
      description =
          "The waits before retries, such as 1s,5m. Default: no retries, or with --database"
              + " the standard schedule.")
  private @Nullable List<Duration> waits;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "The maximum wait for the deliveries to end. Default: ${DEFAULT-VALUE}.")
  private Duration patience;

  @Option(
      names = "--event-id",
      paramLabel = "ID",
      description = "Your own id of the message; the same id is accepted once in 12 hours.")
  private @Nullable String eventId;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      description = "A channel of the message. Repeatable.")
  private List<String> channels = new ArrayList<>();

  @Mixin private ServerFlags at;

  @Option(
      names = "--app",
      paramLabel = "APP",
      description = "The id or uid of an application on the server at --url.")
  private @Nullable String app;

  @Option(names = "--json", description = "With --app: print JSON.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "TYPE",
      description = "The event type, such as invoice.paid.")
  private String type;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PAYLOAD",
      defaultValue = "{}",
      description =
          "The payload in JSON: text, @FILE, or - for the standard input. Default:"
              + " ${DEFAULT-VALUE}.")
  private String payload;

  @Override
  public Integer call() throws IOException {
    try {
      return send();
    } catch (PosthornException e) {
      throw inFlags(e);
    }
  }

  /** Returns an exception that names the flag instead of the library's field. */
  private static PosthornException inFlags(PosthornException e) {
    String text = String.valueOf(e.getMessage());
    int colon = text.indexOf(':');
    String flag = colon < 0 ? null : FLAGS.get(text.substring(0, colon));
    return flag == null ? e : new PosthornException(e.reason(), flag + text.substring(colon), e);
  }

  private int send() throws IOException {
    if (app != null) {
      return sendByServer(app);
    }
    if (url == null && database == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "give --to URL, --database FILE with endpoints in it, or --app APP of a server");
    }
    NewMessage.Builder message =
        NewMessage.builder(type, new String(Input.bytes(payload), StandardCharsets.UTF_8))
            .channels(channels.toArray(String[]::new));
    if (eventId != null) {
      message.eventId(eventId);
    }
    Path kept = database;
    if (kept != null) {
      return send(kept, message.build());
    }
    try (TempFolder folder = TempFolder.create("posthorn-send")) {
      return send(folder.path().resolve("webhooks.db"), message.build());
    }
  }

  private int sendByServer(String application) {
    ObjectNode message = ServerClient.object().put("eventType", type);
    try {
      message.set(
          "payload", ServerClient.json(new String(Input.bytes(payload), StandardCharsets.UTF_8)));
    } catch (JacksonException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), "PAYLOAD: is not JSON", e);
    }
    if (eventId != null) {
      message.put("eventId", eventId);
    }
    if (!channels.isEmpty()) {
      channels.forEach(message.putArray("channels")::add);
    }
    try (ServerClient server = at.client()) {
      return new ServerSend(server, application, spec.commandLine().getOut())
          .send(message, patience, json);
    }
  }

  private PosthornOptions options(Path file) {
    PosthornOptions.Builder options =
        PosthornOptions.builder(file).allowNetworks(networks.toArray(String[]::new));
    Path unpackedIn = TempFolder.named();
    if (unpackedIn != null) {
      options.tempFolder(unpackedIn);
    }
    List<Duration> own = waits;
    if (own != null) {
      options.retrySchedule(new RetrySchedule(own));
    } else if (database == null) {
      options.retrySchedule(RetrySchedule.of());
    }
    return options.build();
  }

  private int send(Path file, NewMessage message) {
    PrintWriter out = spec.commandLine().getOut();
    try (Posthorn posthorn = Posthorn.open(options(file))) {
      addEndpoint(posthorn, out);
      Semaphore news = new Semaphore(0);
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              news.release();
            }
          });
      Receipt receipt = posthorn.send(message);
      out.printf(
          Locale.ROOT,
          "%s is %son disk, for %d endpoint(s)%n",
          receipt.id(),
          receipt.duplicate() ? "already " : "",
          receipt.endpoints().size());
      show(posthorn, receipt, news, out);
      Map<String, DeliveryState> deliveries = posthorn.messages().get(receipt.id()).deliveries();
      if (deliveries.isEmpty()) {
        out.println(Unmatched.text(posthorn.messages().why(receipt.id()).values()));
        return 1;
      }
      return sum(deliveries, out);
    }
  }

  private void addEndpoint(Posthorn posthorn, PrintWriter out) {
    if (url == null) {
      return;
    }
    NewEndpoint.Builder endpoint = NewEndpoint.builder(url);
    String wanted = HttpTarget.normalize(url);
    if (posthorn.endpoints().list().stream().anyMatch(one -> one.url().equals(wanted))) {
      return;
    }
    if (secret != null) {
      endpoint.secret(Input.secret(secret));
    }
    Endpoint added = posthorn.endpoints().add(endpoint.build());
    if (secret == null) {
      out.printf("signed with the new secret %s%n", posthorn.endpoints().secret(added.id()));
    }
  }

  /** Prints attempts as they are made, until all deliveries have ended or the wait is over. */
  private void show(Posthorn posthorn, Receipt receipt, Semaphore news, PrintWriter out) {
    long until = System.nanoTime() + patience.toNanos();
    int shown = 0;
    while (true) {
      boolean waiting =
          posthorn.messages().get(receipt.id()).deliveries().containsValue(DeliveryState.WAITING);
      List<Attempt> attempts = posthorn.messages().attempts(receipt.id());
      for (Attempt attempt : attempts.subList(shown, attempts.size())) {
        print(posthorn, attempt, out);
      }
      shown = attempts.size();
      long left = until - System.nanoTime();
      if (!waiting || left <= 0) {
        return;
      }
      try {
        var unused = news.tryAcquire(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      news.drainPermits();
    }
  }

  private static void print(Posthorn posthorn, Attempt attempt, PrintWriter out) {
    String answer = attempt.error() == null ? Integer.toString(attempt.status()) : attempt.error();
    out.printf(
        Locale.ROOT,
        "  attempt %d  %s  %s in %.1f ms  %s%n",
        attempt.number(),
        posthorn.endpoints().get(attempt.endpoint()).url(),
        answer,
        attempt.timings().total() / 1_000.0,
        Table.printable(attempt.excerpt()));
    if ("refused_address".equals(attempt.error())) {
      out.println(
          "  (the address is not public; allow it with --allow, such as --allow 127.0.0.0/8)");
    }
    out.flush();
  }

  private int sum(Map<String, DeliveryState> deliveries, PrintWriter out) {
    boolean all = true;
    for (DeliveryState state : deliveries.values()) {
      all &= state == DeliveryState.SUCCEEDED;
    }
    if (deliveries.containsValue(DeliveryState.WAITING)) {
      out.println(
          database == null
              ? "not delivered in time; without --database it is not kept"
              : "not delivered yet; deliveries resume when the database is opened again");
    } else {
      out.println(all ? "every delivery succeeded" : "not every delivery succeeded");
    }
    return all ? 0 : 1;
  }
}
