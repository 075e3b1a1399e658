package dev.posthorn.server.auth;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Authenticator;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.operationalwebhook.OperationalWebhooks;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates API keys and portal tokens by their hash, and JWTs by their signature. All tokens
 * are in memory, so requests do not wait, except for the first one with a JWT of a new environment,
 * which is created then.
 *
 * <p>Valid JWTs are cached, in a bounded number of bytes, until they expire or are revoked. Expiry
 * is checked against the engine's wall time, which ignores momentary jumps of the clock.
 * Thread-safe.
 */
public final class TokenAuthenticator implements Authenticator {
  private static final String BEARER = "Bearer ";
  private static final String WRONG = "the token is invalid, has expired or was revoked";

  private final Engine engine;
  private final @Nullable Jwts jwts;
  private final FailedAttempts failures;
  private final ConsoleSessions sessions;
  private final KnownTokens<Known> remembered = new KnownTokens<>();

  /** A valid JWT, with the hash under which it can be revoked. */
  private record Known(byte[] hash, CompletableFuture<Principal> principal) {}

  /**
   * Creates an authenticator.
   *
   * @param engine the engine with environments, applications and tokens
   * @param jwts verifies JWTs, or null to accept none
   * @param clock measures the minute of invalid tokens
   * @param failedLimit invalid tokens from one address within a minute before further ones get 429
   */
  public TokenAuthenticator(Engine engine, @Nullable Jwts jwts, Clock clock, int failedLimit) {
    this.engine = engine;
    this.jwts = jwts;
    this.failures = new FailedAttempts(clock, failedLimit);
    this.sessions = new ConsoleSessions(engine);
  }

  /** Returns the sessions of people who have signed in to the console. */
  public ConsoleSessions sessions() {
    return sessions;
  }

  @Override
  public void requireRoom() {
    if (!engine.messages().hasRoom()) {
      throw ApiError.later(
          503, "overloaded", "too many messages are waiting to be stored; try again shortly", 1);
    }
  }

  @Override
  public CompletableFuture<Principal> admit(Call.Head head) {
    String authorization = head.header("Authorization");
    String cookie = authorization == null ? sessions.cookie(head) : null;
    if (cookie == null) {
      return admit(authorization, head.peer());
    }
    ConsoleSessions.requireOwnPage(head);
    Principal signedIn = sessions.find(cookie);
    if (signedIn != null) {
      return CompletableFuture.completedFuture(signedIn);
    }
    CompletableFuture<Boolean> refreshed = refresh(); // another node may just have started it
    return Authenticator.isUpToDate(refreshed)
        ? CompletableFuture.completedFuture(signedIn(null, head.peer()))
        : refreshed.thenApply(again -> signedIn(sessions.find(cookie), head.peer()));
  }

  private Principal signedIn(@Nullable Principal found, String peer) {
    if (found == null) {
      throw failed(peer, "the session has ended; sign in again");
    }
    return found;
  }

  /** Counts an attempt with something invalid; returns the error for its sender. */
  public ApiError failed(String peer, String detail) {
    return failures.failed(peer, detail);
  }

  /**
   * Returns whether a caller's token, or session, is still valid; a guest's is, as long as asked.
   */
  public boolean isValid(Principal caller) {
    if (caller.isGuest()) {
      return true;
    }
    String token = caller.ticket().token();
    return token != null && (caller.isSession() ? sessions.find(token) : find(token)) != null;
  }

  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    if (authorization == null) {
      throw ApiError.unauthorized(
          "a token is required; send the header Authorization: Bearer TOKEN");
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw failures.failed(peer, "the Authorization header must have the form Bearer TOKEN");
    }
    String token = authorization.substring(BEARER.length()).strip();
    CompletableFuture<Principal> found = find(token);
    if (found != null) {
      return found;
    }
    CompletableFuture<Boolean> refreshed = refresh(); // another node may just have created it
    return Authenticator.isUpToDate(refreshed)
        ? required(found, peer)
        : refreshed.thenCompose(again -> required(find(token), peer));
  }

  private CompletableFuture<Principal> required(
      @Nullable CompletableFuture<Principal> found, String peer) {
    if (found == null) {
      throw failures.failed(peer, WRONG);
    }
    return found;
  }

  @Override
  public CompletableFuture<Boolean> refresh() {
    return engine.registry().refresh();
  }

  /** Returns the number of invalid tokens. */
  public long failures() {
    return failures.count();
  }

  private boolean isOver(long expires) {
    return expires != 0 && expires <= engine.millis();
  }

  private @Nullable CompletableFuture<Principal> find(String token) {
    Known known = remembered.get(token);
    if (known != null) {
      return counts(known) ? known.principal() : forget(token);
    }
    // Comes first, even for JWTs: one revoked long ago may be stored under the hash of its whole
    // text.
    TokenRow row = engine.tokenAdmin().token(Tokens.hash(token));
    if (row != null) {
      return isBearer(row) && !isOver(row.expires()) ? of(row, token) : null;
    }
    if (jwts == null) {
      return null;
    }
    Jwts.Claims claims = jwts.verify(token, Instant.ofEpochMilli(engine.millis()));
    return claims == null || isEnded(signedHash(token)) ? null : of(claims, token);
  }

  private static boolean isBearer(TokenRow row) {
    return row.kind() == TokenRow.Kind.API_KEY || row.kind() == TokenRow.Kind.PORTAL;
  }

  private boolean counts(Known known) {
    return !isEnded(known.hash()) && !isOver(known.principal().join().ticket().expires());
  }

  private @Nullable CompletableFuture<Principal> forget(String token) {
    remembered.remove(token);
    return null;
  }

  private boolean isEnded(byte[] hash) {
    return engine.tokenAdmin().token(hash) != null;
  }

  /** Returns the hash under which a JWT is revoked: that of its signed part. */
  static byte[] signedHash(String token) {
    return Tokens.hash(Jwts.signed(token));
  }

  private static CompletableFuture<Principal> of(TokenRow row, String token) {
    return CompletableFuture.completedFuture(
        new Principal(
            row.environment(),
            row.application(),
            new Principal.Ticket(row.id(), token, row.expires(), Scopes.of(row))));
  }

  private @Nullable CompletableFuture<Principal> of(Jwts.Claims claims, String token) {
    OptionalLong id = engine.publicIds().parse(IdPrefix.APPLICATION, claims.subject());
    if (id.isPresent()) {
      Principal principal = application(id.getAsLong(), claims, token);
      return principal == null ? null : CompletableFuture.completedFuture(principal);
    }
    if (!TokenRules.ENVIRONMENT.allows(claims.subject())) {
      return null;
    }
    EnvironmentRow environment = engine.environmentAdmin().environment(claims.subject());
    if (environment != null) {
      return remember(of(environment, claims, token));
    }
    return engine
        .environmentAdmin()
        .require(claims.subject())
        .thenApply(created -> of(created, claims, token));
  }

  private static Principal of(EnvironmentRow environment, Jwts.Claims claims, String token) {
    return new Principal(environment.id(), 0, ticket(claims, token));
  }

  private @Nullable Principal application(long id, Jwts.Claims claims, String token) {
    ApplicationRow application = engine.registry().application(id);
    if (application == null || OperationalWebhooks.isHidden(application)) {
      return null;
    }
    EnvironmentRow environment = engine.environmentAdmin().environment(application.environment());
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
    CompletableFuture<Principal> done = CompletableFuture.completedFuture(principal);
    String token = String.valueOf(principal.ticket().token());
    remembered.put(token, new Known(signedHash(token), done));
    return done;
  }

  /**
   * Revokes a token, which is no longer accepted once the future completes. For a JWT, the hash of
   * its signed part is stored until it expires; fails with CONFLICT if too many are stored.
   */
  public static CompletableFuture<Void> end(TokenAdmin tokens, Principal principal) {
    Principal.Ticket ticket = principal.ticket();
    if (ticket.id() != 0) {
      return tokens.end(ticket.id());
    }
    String token = String.valueOf(ticket.token());
    return tokens.revoke(
        new TokenAdmin.NewToken(
            new TokenGrant(
                principal.environment(),
                principal.application(),
                TokenRow.Kind.REVOKED,
                List.of(),
                ticket.expires()),
            "",
            signedHash(token),
            Tokens.hint(token)));
  }
}
