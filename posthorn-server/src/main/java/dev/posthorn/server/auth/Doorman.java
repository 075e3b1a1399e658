package dev.posthorn.server.auth;

import dev.posthorn.engine.Access;
import dev.posthorn.engine.Engine;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Gatekeeper;
import dev.posthorn.server.operational.OperationalWebhooks;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.EnvironmentRow;
import dev.posthorn.store.TokenRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knows tokens: API keys and portal tokens by their hash, and JWTs by their signature. All of it is
 * in memory, so a request waits for nothing, except the first one of an environment that a JWT
 * names: it comes into being then.
 *
 * <p>JWTs that were found valid are remembered, to a bounded number, until they expire or end.
 * Thread-safe.
 */
public final class Doorman implements Gatekeeper {
  /** What an environment may be called. */
  public static final Pattern ENVIRONMENT = Pattern.compile("org_[A-Za-z0-9_-]{1,64}");

  private static final String BEARER = "Bearer ";
  private static final int REMEMBERED = 10_000;
  private static final String WRONG = "the token is not valid, has expired, or was ended";

  private final Engine engine;
  private final @Nullable Jwts jwts;
  private final Clock clock;
  private final FailedAttempts failures;
  private final Map<String, Known> remembered = new ConcurrentHashMap<>();

  /** A JWT that was found valid, with its hash, which need not be made for each request. */
  private record Known(byte[] hash, CompletableFuture<Principal> principal) {}

  /**
   * Creates a doorman.
   *
   * @param engine knows environments, applications and tokens
   * @param jwts reads JWTs, or null if none are accepted
   * @param failedLimit wrong tokens from one address within a minute before more get 429
   */
  public Doorman(Engine engine, @Nullable Jwts jwts, Clock clock, int failedLimit) {
    this.engine = engine;
    this.jwts = jwts;
    this.clock = clock;
    this.failures = new FailedAttempts(clock, failedLimit);
  }

  @Override
  public void requireRoom() {
    if (!engine.hasRoom()) {
      throw ApiError.later(
          503, "overloaded", "too many messages wait to be stored; try again a little later", 1);
    }
  }

  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    if (authorization == null) {
      throw ApiError.unauthorized("a token is needed: send the header Authorization: Bearer TOKEN");
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw failures.failed(peer, "the header Authorization must be: Bearer TOKEN");
    }
    CompletableFuture<Principal> found = find(authorization.substring(BEARER.length()).trim());
    if (found == null) {
      throw failures.failed(peer, WRONG);
    }
    return found;
  }

  /** Returns how many wrong tokens came. */
  public long failures() {
    return failures.count();
  }

  private boolean isOver(Principal principal) {
    long expires = principal.ticket().expires();
    return expires != 0 && expires <= clock.millis();
  }

  private @Nullable CompletableFuture<Principal> find(String token) {
    Known known = remembered.get(token);
    byte[] hash = known == null ? Tokens.hash(token) : known.hash();
    // The hash is looked up first, also for JWTs: one that was ended stands there.
    TokenRow row = engine.access().token(hash);
    if (row != null) {
      boolean counts =
          row.kind() != TokenRow.Kind.REVOKED
              && (row.expires() == 0 || row.expires() > clock.millis());
      return counts
          ? CompletableFuture.completedFuture(
              new Principal(
                  row.environment(),
                  row.application(),
                  new Principal.Ticket(row.id(), token, row.expires(), Scopes.of(row))))
          : null;
    }
    if (known != null && !isOver(known.principal().join())) {
      return known.principal();
    }
    if (jwts == null) {
      return null;
    }
    Jwts.Claims claims = jwts.verify(token, Instant.ofEpochMilli(clock.millis()));
    return claims == null ? null : of(claims, token);
  }

  private @Nullable CompletableFuture<Principal> of(Jwts.Claims claims, String token) {
    OptionalLong id = engine.publicIds().parse("app", claims.subject());
    if (id.isPresent()) {
      Principal principal = application(id.getAsLong(), claims, token);
      return principal == null ? null : CompletableFuture.completedFuture(principal);
    }
    if (!ENVIRONMENT.matcher(claims.subject()).matches()) {
      return null;
    }
    EnvironmentRow environment = engine.access().environment(claims.subject());
    if (environment != null) {
      return remember(of(environment, claims, token));
    }
    return engine
        .access()
        .require(claims.subject())
        .thenApply(created -> of(created, claims, token));
  }

  private static Principal of(EnvironmentRow environment, Jwts.Claims claims, String token) {
    return new Principal(environment.id(), 0, ticket(claims, token));
  }

  private @Nullable Principal application(long id, Jwts.Claims claims, String token) {
    ApplicationRow application = engine.application(id);
    if (application == null || OperationalWebhooks.isHidden(application)) {
      return null;
    }
    EnvironmentRow environment = engine.access().environment(application.environment());
    String said = claims.organization();
    if (said != null && (environment == null || !said.equals(environment.name()))) {
      return null;
    }
    return new Principal(
        application.environment(),
        id,
        new Principal.Ticket(0, token, claims.expires(), Scopes.CUSTOMER));
  }

  private static Principal.Ticket ticket(Jwts.Claims claims, String token) {
    return new Principal.Ticket(0, token, claims.expires(), Scopes.ALL);
  }

  private CompletableFuture<Principal> remember(Principal principal) {
    if (remembered.size() >= REMEMBERED) {
      remembered.clear();
    }
    CompletableFuture<Principal> done = CompletableFuture.completedFuture(principal);
    String token = String.valueOf(principal.ticket().token());
    remembered.put(token, new Known(Tokens.hash(token), done));
    return done;
  }

  /**
   * Ends a token: from when this completes it is not accepted any more. One that was signed is
   * kept, by its hash, as ended until it expires.
   */
  public static CompletableFuture<Void> end(Access access, Principal principal) {
    Principal.Ticket ticket = principal.ticket();
    if (ticket.id() != 0) {
      return access.end(ticket.id());
    }
    String token = String.valueOf(ticket.token());
    return access
        .add(
            new Access.NewToken(
                principal.environment(),
                principal.application(),
                TokenRow.Kind.REVOKED,
                "",
                Tokens.hash(token),
                Tokens.hint(token),
                List.of(),
                ticket.expires()))
        .thenApply(row -> null);
  }
}
