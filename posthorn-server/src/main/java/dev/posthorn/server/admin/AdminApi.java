package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.Reencryption;
import dev.posthorn.server.auth.FailedAttempts;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Authenticator;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
 * What the admin listener answers. What only looks needs no token, so that probes and Prometheus
 * need none; what changes something does, and is not taken from web pages.
 */
public final class AdminApi {
  /**
   * Little comes here: 16 KiB, and 100 connections. Whoever stands still makes way at once, also
   * for the same address, since probes may come from where somebody takes all connections.
   */
  public static final HttpLimits LIMITS =
      new HttpLimits(16 << 10, 16 << 10, 10_000, 75_000, 10_000, 100, 0, 16 << 20, 1, 0);

  /**
   * How many requests may wait for a thread: far fewer than there are connections, since one that
   * waits for a thread does not make way.
   */
  public static final int WAITING = 16;

  /** The media type of Prometheus' text format. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final long WAIT_SECONDS = 10;

  private static final Pattern HOST = Pattern.compile("([^:\\[\\]]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  /** An address, or the name that browsers never look up elsewhere. */
  private static final Pattern LOCAL_HOST = Pattern.compile("localhost|[0-9.]+|\\[.*]");

  private final Readiness readiness;
  private final Supplier<@Nullable ServerMetrics> metrics;
  private final Set<String> hosts;

  /**
   * Creates the operations.
   *
   * @param readiness what the server is ready for
   * @param metrics the metrics, or null as long as there are none
   * @param hosts the names by which the listener may be asked for changes, in lower case; addresses
   *     and {@code localhost} always may
   */
  public AdminApi(
      Readiness readiness, Supplier<@Nullable ServerMetrics> metrics, Set<String> hosts) {
    this.readiness = readiness;
    this.metrics = metrics;
    this.hosts = hosts;
  }

  /**
   * Returns who may change something.
   *
   * @param tokens each is good for all
   * @param failures slows down who tries others
   */
  public static Authenticator gate(List<String> tokens, FailedAttempts failures) {
    return new AdminGate(tokens, failures);
  }

  /** Returns the operations. */
  public List<Operation> operations() {
    return List.of(
        new Operation(
            "admin.live",
            "GET",
            "/health/live",
            Access.PUBLIC,
            docs("Says that the process works: 200, or 503 if only a new start helps."),
            new Operation.NonBlocking((call, answer) -> answer.accept(this::live))),
        new Operation(
            "admin.ready",
            "GET",
            "/health/ready",
            Access.PUBLIC,
            docs("Says whether requests are taken: 200, or 503."),
            new Operation.NonBlocking((call, answer) -> answer.accept(this::ready))),
        new Operation(
            "admin.metrics",
            "GET",
            "/metrics",
            Access.PUBLIC,
            docs("Returns metrics for Prometheus."),
            new Operation.Blocking(call -> scrape())),
        change("admin.backup", "/backup", "Copies the database to a new file.", this::backup),
        change("admin.release", "/release", "Ends the hold after a restore.", this::release),
        change(
            "admin.reencrypt",
            "/reencrypt",
            "Encrypts secrets of older keys with the newest one.",
            this::reencrypt));
  }

  private Operation change(String id, String path, String what, Operation.Handler handler) {
    return new Operation(
        id,
        "POST",
        path,
        Access.ENVIRONMENT,
        docs(what),
        Operation.Body.SETTINGS,
        new Operation.Blocking(
            call -> {
              requireNoBrowser(call);
              return handler.handle(call);
            }));
  }

  private static Operation.Docs docs(String summary) {
    return new Operation.Docs("Admin", summary, List.of(), null, List.of());
  }

  /**
   * A web page in a browser must not change anything, whatever it knows: browsers tell where a page
   * is from when it sends something, cannot send JSON elsewhere without asking first, and tell the
   * name by which they were asked if somebody lets that point here.
   */
  private void requireNoBrowser(Call call) {
    String type = call.header("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      throw ApiError.of(
          415, "unsupported_media_type", "send the header Content-Type: application/json");
    }
    if (call.header("Origin") != null) {
      throw ApiError.forbidden("web pages change nothing here: leave the header Origin out");
    }
    if (!isKnownHost(call.head().authority())) {
      throw ApiError.forbidden(
          "ask for an address such as 127.0.0.1, or name this host with --admin-host");
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
      return status(503, readiness.text(), null);
    }
    String trouble = trouble();
    return trouble == null ? status(200, readiness.text(), null) : status(503, "failing", trouble);
  }

  /** Returns why messages are not accepted, or null if they are. */
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

  private Answer release(Call call) {
    done(engine().hold().release());
    return Answer.empty(204);
  }

  private Answer reencrypt(Call call) {
    Reencryption.Done done = engine().resealing().all(AdminApi::done);
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
      throw ApiError.later(503, "closing", "the server is stopping", 5);
    } catch (TimeoutException e) {
      throw ApiError.later(503, "store_failed", "the store did not answer in time", 1);
    } catch (ExecutionException e) {
      throw ApiError.later(503, "store_failed", "it failed: " + e.getCause(), 1);
    }
  }
}
