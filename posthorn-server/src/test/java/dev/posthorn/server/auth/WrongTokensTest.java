package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.Reply;
import dev.posthorn.server.ServerFixture;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WrongTokensTest {
  @AutoClose private final ServerFixture server = ServerFixture.start();

  @Test
  void areRefusedAndThenSlowedDownWithoutLockingOutOthers() {
    for (int attempt = 0; attempt < 30; attempt++) {
      server.client("wrong" + attempt).get("/api/v1/app").expect(401);
    }
    Reply refused = server.client("wrong").get("/api/v1/app").expect(429);
    assertThat(refused.at("/code").asString()).isEqualTo("too_many_attempts");
    assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After")))).isBetween(1, 61);
    server.api().get("/api/v1/app").expect(200);
    server.client("").get("/api/v1/app").expect(401);
  }

  @Test
  void areThoseOfOtherSecretsAndTimes() {
    Instant now = Instant.now();
    Jwts own = new Jwts(ServerFixture.SECRET);
    String expired = own.sign("org_a", now.minusSeconds(60), now.minusSeconds(30));
    String foreign = new Jwts(ServerFixture.SECRET + "!").sign("org_a", now, null);
    String subject = own.sign("user_a", now, null);
    for (String token : new String[] {expired, foreign, subject, "a.b.c", "phk_x", " "}) {
      server.client(token).get("/api/v1/app").expect(401);
    }
    server.client(own.sign("org_a", now, now.plusSeconds(600))).get("/api/v1/app").expect(200);
  }

  @Test
  void areNotTakenInAnotherForm() {
    String token = ServerFixture.token("org_a");
    Reply basic =
        server.client("").send("GET", "/api/v1/app", null, "Authorization", "Basic " + token);
    assertThat(basic.status()).isEqualTo(401);
    assertThat(basic.header("WWW-Authenticate")).isEqualTo("Bearer");
    Reply lower =
        server.client("").send("GET", "/api/v1/app", null, "Authorization", "bearer " + token);
    assertThat(lower.status()).isEqualTo(200);
  }
}
