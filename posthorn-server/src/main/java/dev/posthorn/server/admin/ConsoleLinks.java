package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.ConsoleSessions;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes links with which a person can sign in to the console once. */
public final class ConsoleLinks {
  private static final String DEFAULT = "org_default";

  private final Engine engine;
  private final ConsoleSessions sessions;
  private final Supplier<String> publicUrl;

  /**
   * Creates a maker of links.
   *
   * @param publicUrl the URL under which browsers reach the API
   */
  public ConsoleLinks(Engine engine, ConsoleSessions sessions, Supplier<String> publicUrl) {
    this.engine = engine;
    this.sessions = sessions;
    this.publicUrl = publicUrl;
  }

  /**
   * A link. Its code is in the fragment, which browsers do not send to servers or proxies.
   *
   * @param url the link
   * @param environment the name of the environment that it leads to
   * @param expires the time at which it ends
   */
  public record Link(String url, String environment, Instant expires) {}

  /**
   * Makes a link.
   *
   * @param environment the name of the environment, or null for {@code org_default} or, if there is
   *     none, the only one
   * @param person the name of the person for the audit log, perhaps empty
   * @param readOnly whether the person may change nothing
   * @param wait waits for the store
   */
  public Link make(
      @Nullable String environment,
      String person,
      boolean readOnly,
      Function<CompletableFuture<ConsoleSessions.Made>, ConsoleSessions.Made> wait) {
    EnvironmentRow row = environment(environment);
    ConsoleSessions.Made made =
        wait.apply(
            sessions.link(
                new ConsoleSessions.Wanted(
                    row.id(),
                    person,
                    readOnly
                        ? EnumSet.of(Capability.VIEW_BASE)
                        : EnumSet.allOf(Capability.class))));
    return new Link(
        publicUrl.get() + "/console#code=" + made.text(),
        row.name(),
        Instant.ofEpochMilli(made.row().expires()));
  }

  private EnvironmentRow environment(@Nullable String name) {
    EnvironmentRow row = engine.environmentAdmin().environment(name == null ? DEFAULT : name);
    if (row != null) {
      return row;
    }
    List<EnvironmentRow> all = engine.environmentAdmin().all();
    if (name == null && all.size() == 1) {
      return all.getFirst();
    }
    String known =
        all.stream().map(EnvironmentRow::name).limit(20).collect(Collectors.joining(", "));
    throw ApiError.invalid(
        List.of("body", "environment"),
        (name == null ? "is required" : "is unknown: " + Quoted.of(name))
            + (all.isEmpty()
                ? "; there is none yet: run posthorn keys create"
                : "; there are " + known));
  }
}
