package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.rows.TokenRow;
import dev.posthorn.testkit.receiver.Await;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TokenAuthenticatorTest {
  private static final String PEER = "192.0.2.1";

  @AutoClose private final ServerFixture server = ServerFixture.start();

  private final TokenAuthenticator authenticator =
      new TokenAuthenticator(
          server.server().engine(), new Jwts(ServerFixture.SECRET), Clock.system(), 30);

  @Test
  void aJwtIsRememberedAndNotAcceptedAnyMoreOnceItWasEnded() {
    String authorization = "Bearer " + ServerFixture.token("org_doorman");
    authenticator.admit(authorization, PEER).join(); // creates the environment
    Principal first = authenticator.admit(authorization, PEER).join();
    assertThat(authenticator.admit(authorization, PEER).join()).isSameAs(first);

    TokenAuthenticator.end(server.server().engine().tokenAdmin(), first).join();

    assertThatThrownBy(() -> authenticator.admit(authorization, PEER)).isInstanceOf(ApiError.class);
  }

  @Test
  void aJwtThatWasEndedIsEndedInEverySpelling() {
    String token = ServerFixture.token("org_doorman");
    Principal first = authenticator.admit("Bearer " + token, PEER).join();
    assertThat(authenticator.admit("bearer   " + token + " ", PEER).join()).isNotNull();
    for (String other : JwtsTest.spellings(token)) {
      if (!other.strip().equals(token)) { // a header's value has no spaces around it
        refuses(authenticator, other);
      }
    }
    TokenAuthenticator.end(server.server().engine().tokenAdmin(), first).join();
    refuses(authenticator, token);
  }

  @Test
  void aJwtEndsByWhatWasSigned() {
    String token = ServerFixture.token("org_doorman");
    Principal first = authenticator.admit("Bearer " + token, PEER).join();
    String signature = token.substring(token.lastIndexOf('.'));
    Principal other =
        new Principal(
            first.environment(),
            0,
            new Principal.Ticket(0, token.replace(signature, ".x"), 0, Scopes.ALL));

    TokenAuthenticator.end(server.server().engine().tokenAdmin(), other).join();

    refuses(authenticator, token);
  }

  @Test
  void endingAJwtTwiceKeepsItOnce() {
    TokenAdmin tokens = server.server().engine().tokenAdmin();
    Principal signed =
        authenticator.admit("Bearer " + ServerFixture.token("org_doorman"), PEER).join();
    CompletableFuture<Void> one = TokenAuthenticator.end(tokens, signed);
    CompletableFuture<Void> two = TokenAuthenticator.end(tokens, signed);
    CompletableFuture.allOf(one, two).join();
    TokenAuthenticator.end(tokens, signed).join();
    assertThat(tokens.tokensOf(signed.environment(), TokenRow.Kind.REVOKED)).hasSize(1);
  }

  @Test
  void ofJwtsThatHaveEndedABoundedNumberIsKept() {
    TokenAdmin tokens = server.server().engine().tokenAdmin();
    long environment =
        authenticator
            .admit("Bearer " + ServerFixture.token("org_doorman"), PEER)
            .join()
            .environment();
    long soon = server.server().engine().millis() + 1;
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    ends.add(TokenAuthenticator.end(tokens, signed(environment, "expired.y.z", soon)));
    for (int i = 1; i <= TokenAdmin.MOST_REVOKED; i++) {
      ends.add(TokenAuthenticator.end(tokens, signed(environment, i + ".y.z", 0)));
    }
    ends.removeLast()
        .handle((done, failure) -> failure)
        .join(); // the result depends on timing and does not matter
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
    Await.until("that one has expired", () -> server.server().engine().millis() > soon);
    TokenAuthenticator.end(tokens, signed(environment, TokenAdmin.MOST_REVOKED + ".y.z", 0)).join();
    assertThatThrownBy(
            () -> TokenAuthenticator.end(tokens, signed(environment, "more.y.z", 0)).join())
        .hasCauseInstanceOf(PosthornException.class)
        .hasMessageContaining("sign tokens that expire");
    TokenAuthenticator.end(tokens, signed(environment + 1, "other.y.z", 0)).join();
  }

  private static Principal signed(long environment, String token, long expires) {
    return new Principal(environment, 0, new Principal.Ticket(0, token, expires, Scopes.ALL));
  }

  @Test
  void whatExpiresGoesByTheTimeThatIsBelieved() {
    Instant now = Instant.now();
    Jwts jwts = new Jwts(ServerFixture.SECRET);
    String valid = jwts.sign("org_doorman", now, now.plusSeconds(600));
    String expired = jwts.sign("org_doorman", now.minusSeconds(600), now.minusSeconds(300));
    for (long wrong : new long[] {-1, 1}) {
      TokenAuthenticator mistaken =
          new TokenAuthenticator(
              server.server().engine(), jwts, shifted(wrong * 365 * 86_400_000L), 30);
      assertThat(mistaken.admit("Bearer " + valid, PEER).join()).isNotNull();
      assertThat(mistaken.admit("Bearer " + valid, PEER).join()).isNotNull(); // from the cache
      refuses(mistaken, expired);
    }
  }

  private static Clock shifted(long millis) {
    Clock machine = Clock.system();
    return new Clock() {
      @Override
      public long nanoTime() {
        return machine.nanoTime();
      }

      @Override
      public long millis() {
        return machine.millis() + millis;
      }
    };
  }

  private static void refuses(TokenAuthenticator authenticator, String token) {
    assertThatThrownBy(() -> authenticator.admit("Bearer " + token, PEER))
        .as(token)
        .isInstanceOf(ApiError.class);
  }
}
