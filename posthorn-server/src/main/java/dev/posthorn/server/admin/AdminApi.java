package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.Reencryption;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.server.auth.FailedAttempts;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Authenticator;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the admin listener. Operations that only read need no token, for probes and
 * Prometheus; operations that change something need one, and are refused to web pages.
 */
public final class AdminApi {
  /**
   * The limits of the admin listener, which has few clients: 16 KiB per request and 100
   * connections. An idle connection makes room at once, even for the same address, so that probes
   * get through when somebody there takes all connections.
   */
  public static final HttpLimits LIMITS =
      HttpLimits.DEFAULT.toBuilder()
          .bodyBytes(16 << 10)
          .bodyMillis(10_000)
          .writeMillis(10_000)
          .connections(100)
          .connectionsPerAddress(0)
          .heldBytes(16 << 20)
          .documents(1)
          .stillMillis(0)
          .build();

  /**
   * The maximum number of requests that wait for a thread: far fewer than connections, since the
   * connection of a waiting request does not make room.
   */
  public static final int WAITING = 16;

  /** The media type of the Prometheus text format. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final long WAIT_SECONDS = 10;

  private static final Pattern HOST = Pattern.compile("([^:\\[\\]]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  /** An address, or the name that browsers never resolve by DNS. */
  private static final Pattern LOCAL_HOST = Pattern.compile("localhost|[0-9.]+|\\[.*]");

  private final Readiness readiness;
  private final Supplier<@Nullable ServerMetrics> metrics;
  private final Supplier<@Nullable ConsoleLinks> links;
  private final Set<String> hosts;

  /**
   * Creates the operations.
   *
   * @param readiness the server's readiness
   * @param metrics the metrics, or null before the server has started
   * @param links the maker of links to the console, or null before the server has started
   * @param hosts the host names under which the listener accepts changes, in lower case; it always
   *     accepts them under addresses and {@code localhost}
   */
  public AdminApi(
      Readiness readiness,
      Supplier<@Nullable ServerMetrics> metrics,
      Supplier<@Nullable ConsoleLinks> links,
      Set<String> hosts) {
    this.readiness = readiness;
    this.metrics = metrics;
    this.links = links;
    this.hosts = hosts;
  }

  /**
   * Returns the authentication of changes.
   *
   * @param tokens the valid tokens; each allows everything
   * @param failures slows down clients that try others
   * @param source the place of the token, for people
   */
  public static Authenticator gate(
      List<String> tokens, FailedAttempts failures, AdminToken.Source source) {
    return new AdminGate(tokens, failures, source);
  }

  /** Returns the operations. */
  public List<Operation> operations() {
    return List.of(
        new Operation(
            "admin.live",
            "GET",
            "/health/live",
            Access.PUBLIC,
            docs("Returns 200 while the process works, 503 if it must be restarted."),
            new Operation.NonBlocking((call, answer) -> answer.accept(this::live))),
        new Operation(
            "admin.ready",
            "GET",
            "/health/ready",
            Access.PUBLIC,
            docs("Returns 200 while requests are accepted, otherwise 503."),
            new Operation.NonBlocking((call, answer) -> answer.accept(this::ready))),
        new Operation(
            "admin.metrics",
            "GET",
            "/metrics",
            Access.PUBLIC,
            docs("Returns metrics for Prometheus."),
            new Operation.Blocking(call -> scrape())),
        change("admin.backup", "/backup", "Copies the database file to a new file.", this::backup),
        change("admin.console", "/console-link", "Makes a link to the console.", this::link),
        change("admin.release", "/release", "Ends the hold after a restore.", this::release),
        change(
            "admin.reencrypt",
            "/reencrypt",
            "Reencrypts secrets with the newest key.",
            this::reencrypt));
  }

  private Operation change(String id, String path, String what, Operation.Handler handler) {
    return new Operation(
            id,
            "POST",
            path,
            Access.ENVIRONMENT,
            docs(what),
            new Operation.Blocking(
                call -> {
                  requireNoBrowser(call);
                  return handler.handle(call);
                }))
        .withBody(Operation.Body.SETTINGS);
  }

  private static Operation.Docs docs(String summary) {
    return new Operation.Docs("Admin", summary, List.of(), null, List.of());
  }

  /**
   * Refuses changes from a web page, whatever it knows. Browsers send a page's origin with such a
   * request, send JSON to other origins only after a preflight, and send the host name, which
   * reveals a name that somebody has pointed here.
   */
  private void requireNoBrowser(Call call) {
    String type = call.header("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      throw ApiError.of(
          415, "unsupported_media_type", "send the header Content-Type: application/json");
    }
    if (call.header("Origin") != null) {
      throw ApiError.forbidden("web pages may not change anything here; send no header Origin");
    }
    if (!isKnownHost(call.head().authority())) {
      throw ApiError.forbidden(
          "use an address such as 127.0.0.1, or allow this host name with --admin-host");
    }
  }

  private boolean isKnownHost(@Nullable String authority) {
    Matcher matcher = HOST.matcher(authority == null ? "" : authority.toLowerCase(Locale.ROOT));
    return matcher.matches()
        && (LOCAL_HOST.matcher(matcher.group(1)).matches() || hosts.contains(matcher.group(1)));
  }

  // ---- looking -------------------------------------------------------------------------------

  private Answer live() {
    Engine engine = readiness.engine();
    boolean failed = engine != null && engine.condition().hasFailed();
    return failed ? status(503, "failed", trouble()) : status(200, "live", null);
  }

  private Answer ready() {
    if (readiness.state() != Readiness.State.READY) {
      return status(503, readiness.text(), readiness.obstacle());
    }
    String trouble = trouble();
    return trouble == null ? readyAsNode() : status(503, "failing", trouble);
  }

  /** Returns the readiness of a server that can store messages, but may be one of several. */
  private Answer readyAsNode() {
    Engine engine = readiness.engine();
    NodeStatus node = engine == null ? null : engine.stats().node();
    return switch (node == null ? NodeStatus.State.ACTIVE : node.state()) {
      case ACTIVE -> status(200, readiness.text(), null);
      case DRAINING ->
          status(503, "draining", "somebody has asked this server to give its partitions away");
      case LOST ->
          status(
              503,
              "lease-lost",
              "the lease of this server was not renewed, so it delivers nothing until it has"
                  + " another one");
    };
  }

  /** Returns the reason why messages are not accepted, or null if they are. */
  private @Nullable String trouble() {
    Engine engine = readiness.engine();
    return engine == null ? null : engine.condition().trouble().orElse(null);
  }

  private Answer status(int status, String text, @Nullable String reason) {
    Engine engine = readiness.engine();
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("status", text);
          if (reason != null) {
            json.writeStringProperty("reason", reason);
          }
          json.writeBooleanProperty("held", engine != null && engine.hold().isHeld());
          json.writeEndObject();
        });
  }

  private Answer scrape() {
    ServerMetrics known = metrics.get();
    if (known == null) {
      throw notYet();
    }
    return Answer.text(200, METRICS, known.scrape());
  }

  // ---- changing ------------------------------------------------------------------------------

  private Answer backup(Call call) {
    String to = call.fields().text("to");
    Path file;
    try {
      file = Path.of(to);
    } catch (InvalidPathException e) {
      throw ApiError.invalid(List.of("body", "to"), "is not the name of a file");
    }
    if (!file.isAbsolute()) {
      throw ApiError.invalid(
          List.of("body", "to"), "must be an absolute path on the server's machine");
    }
    try {
      engine().backup(file);
    } catch (IllegalArgumentException e) {
      throw ApiError.conflict(String.valueOf(e.getMessage()));
    } catch (UnsupportedOperationException e) {
      throw ApiError.of(501, "not_supported", String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      throw ApiError.of(
          e.reason() == StoreException.Reason.FULL ? 507 : 503,
          "backup_failed",
          String.valueOf(e.getMessage()));
    }
    return Answer.json(
        201,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("file", file.toString());
          json.writeNumberProperty("bytes", file.toFile().length());
          json.writeEndObject();
        });
  }

  private Answer link(Call call) {
    ConsoleLinks maker = links.get();
    if (maker == null) {
      throw notYet();
    }
    Fields fields = call.optionalFields();
    ConsoleLinks.Link link =
        maker.make(
            fields.textOrNull("environment"),
            Objects.requireNonNullElse(fields.textOrNull("name", NameRules.MAX_LENGTH), ""),
            fields.flag("readOnly", false),
            AdminApi::done);
    return Answer.json(
        201,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("url", link.url());
          json.writeStringProperty("environment", link.environment());
          json.writeStringProperty("expiresAt", link.expires().toString());
          json.writeEndObject();
        });
  }

  private Answer release(Call call) {
    done(engine().hold().release());
    return Answer.empty(204);
  }

  private Answer reencrypt(Call call) {
    Reencryption.Done done = engine().reencryption().all(AdminApi::done);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("endpoints", done.endpoints());
          json.writeNumberProperty("secrets", done.secrets());
          json.writeEndObject();
        });
  }

  private Engine engine() {
    Engine engine = readiness.engine();
    if (engine == null) {
      throw notYet();
    }
    return engine;
  }

  private static ApiError notYet() {
    return ApiError.later(503, "starting", "the server is starting", 1);
  }

  private static <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiError.later(503, "closing", "the server is shutting down; try again later", 5);
    } catch (TimeoutException e) {
      throw ApiError.later(503, "store_failed", "the store did not answer in time", 1);
    } catch (ExecutionException e) {
      throw ApiError.later(503, "store_failed", "it failed: " + e.getCause(), 1);
    }
  }
}
