package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerFixtureTest {

  @Test
  void keepsWhatWasCreatedAcrossARestart() {
    try (ServerFixture server = ServerFixture.start()) {
      Reply created = server.api().post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201);
      server.restart();
      Reply shown = server.api().get("/api/v1/app/" + created.id()).expect(200);
      assertThat(shown.json()).isEqualTo(created.json());
    }
  }

  @Test
  void givesEachEnvironmentAndApplicationItsOwnClient() {
    try (ServerFixture server = ServerFixture.start()) {
      String app = server.api().post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
      server.application(app).get("/api/v1/app/" + app).expect(200);
      server.application(app).get("/api/v1/app").expect(403);
      server.environment("org_other").get("/api/v1/app/" + app).expect(404);
      server.client("").get("/api/v1/app").expect(401);
    }
  }
}
