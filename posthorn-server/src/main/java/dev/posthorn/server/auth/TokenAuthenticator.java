package dev.posthorn.server.auth;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Authenticator;
import dev.posthorn.server.operationalwebhook.OperationalWebhooks;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EnvironmentRow;
import dev.posthorn.spi.store.TokenGrant;
import dev.posthorn.spi.store.TokenRow;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Knows tokens: API keys and portal tokens by their hash, and JWTs by their signature. All of it is
 * in memory, so a request waits for nothing, except the first one of an environment that a JWT
 * names: it comes into being then.
 *
 * <p>JWTs that were found valid are remembered, in a bounded number of bytes, until they expire or
 * end. What a token's times are compared with is the engine's wall time, which a clock that jumps
 * for a moment does not move. Thread-safe.
 */
public final class TokenAuthenticator implements Authenticator {
  private static final String BEARER = "Bearer ";
  private static final String WRONG = "the token is not valid, has expired, or was ended";

  private final Engine engine;
  private final @Nullable Jwts jwts;
  private final FailedAttempts failures;
  private final KnownTokens<Known> remembered = new KnownTokens<>();

  /** A JWT that was found valid, with the hash that it is ended by. */
  private record Known(byte[] hash, CompletableFuture<Principal> principal) {}

  /**
   * Creates a authenticator.
   *
   * @param engine knows environments, applications and tokens
   * @param jwts reads JWTs, or null if none are accepted
   * @param clock what the minute of wrong tokens goes by
   * @param failedLimit wrong tokens from one address within a minute before more get 429
   */
  public TokenAuthenticator(Engine engine, @Nullable Jwts jwts, Clock clock, int failedLimit) {
    this.engine = engine;
    this.jwts = jwts;
    this.failures = new FailedAttempts(clock, failedLimit);
  }

  @Override
  public void requireRoom() {
    if (!engine.messages().hasRoom()) {
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
    CompletableFuture<Principal> found = find(authorization.substring(BEARER.length()).strip());
    if (found == null) {
      throw failures.failed(peer, WRONG);
    }
    return found;
  }

  /** Returns how many wrong tokens came. */
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
    // It goes first, also for JWTs: one that was ended long ago may be kept by its whole text.
    TokenRow row = engine.tokenAdmin().token(Tokens.hash(token));
    if (row != null) {
      return row.kind() == TokenRow.Kind.REVOKED || isOver(row.expires()) ? null : of(row, token);
    }
    if (jwts == null) {
      return null;
    }
    Jwts.Claims claims = jwts.verify(token, Instant.ofEpochMilli(engine.millis()));
    return claims == null || isEnded(signedHash(token)) ? null : of(claims, token);
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

  /** Returns what a JWT is ended by: what was signed, as the signature adds nothing to it. */
  private static byte[] signedHash(String token) {
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
   * Ends a token: from when this completes it is not accepted any more. Of one that was signed it
   * is kept, by the hash of what was signed, that it has ended, until it expires; fails with
   * CONFLICT if too many are kept.
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
