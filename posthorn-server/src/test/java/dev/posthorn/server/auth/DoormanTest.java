package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.scheduler.Clock;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.http.ApiError;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DoormanTest {
  private static final String PEER = "192.0.2.1";

  @AutoClose private final ServerFixture server = ServerFixture.start();

  private final Doorman doorman =
      new Doorman(server.server().engine(), new Jwts(ServerFixture.SECRET), Clock.system(), 30);

  @Test
  void aJwtIsRememberedAndNotAcceptedAnyMoreOnceItWasEnded() {
    String authorization = "Bearer " + ServerFixture.token("org_doorman");
    doorman.admit(authorization, PEER).join(); // creates the environment
    Principal first = doorman.admit(authorization, PEER).join();
    assertThat(doorman.admit(authorization, PEER).join()).isSameAs(first);

    Doorman.end(server.server().engine().access(), first).join();

    assertThatThrownBy(() -> doorman.admit(authorization, PEER)).isInstanceOf(ApiError.class);
  }
}
