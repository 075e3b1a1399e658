package dev.posthorn.server;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/health", "/api/v1/health/", "/api/v1/health/ping"})
  void isToldToEverybodyAlsoByHead(String path) {
    SERVER.client("").get(path).expect(204);
    SERVER.client("").send("HEAD", path, null).expect(204);
    SERVER.client("").post(path, "{}").expect(405);
  }
}
