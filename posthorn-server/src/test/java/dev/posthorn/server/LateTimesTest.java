package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times around the years 0 and 9999: no answer has a year without four digits. */
class LateTimesTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9999-12-31T23:59:59Z",
        "9999-12-31T00:00:00.001Z",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00%2B01:00"
      })
  void areRefusedAsTheEndOfASpan(String time) {
    ApiClient api = SERVER.environment("org_late");
    String app = api.post("/api/v1/app", "{\"name\":\"a\"}").json().get("id").asString();
    Reply reply = api.get("/api/v1/stats/app/" + app + "/attempt?endDate=" + time);
    assertThat(reply.status()).as(reply.text()).isEqualTo(422);
    assertThat(reply.text()).contains("endDate");
  }
}
