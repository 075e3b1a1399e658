package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The endpoints of all applications, and tasks on many of them. */
class BulkApiTest {
  private static final String BULK = "/api/v1/console/bulk";
  private static final String LIST = "/api/v1/console/endpoints";

  @AutoClose private final Deliveries on = new Deliveries();

  private static String order(String action, String... ids) {
    return "{\"action\":\"%s\",\"endpointIds\":[\"%s\"]}"
        .formatted(action, String.join("\",\"", ids));
  }

  private static String matching(String action, String match) {
    return "{\"action\":\"%s\",\"match\":{%s}}".formatted(action, match);
  }

  private Reply count(String order) {
    return on.api.post(BULK + "/count", order).expect(200);
  }

  @Test
  void whatFailedIsCountedAndDeliveredAgainToTheSelectedEndpointsAlone() {
    String one = on.endpoint("one", "/fail");
    String two = on.endpoint("two", "/fail");
    String other = on.endpoint("other", "/fail");
    List<String> sent = List.of(on.send("a"), on.send("b"));
    sent.forEach(message -> on.awaitStatus(message, 2));
    Reply counted = count(order("recover", one, two));
    assertThat(counted.at("/endpoints").asInt()).isEqualTo(2);
    assertThat(counted.at("/count").asInt()).isEqualTo(4);
    assertThat(counted.at("/approximated").asBoolean()).isFalse();

    on.repaired.set(true);
    Reply started = on.api.post(BULK, order("recover", one, two)).expect(202);
    assertThat(started.at("/data")).hasSize(2).allMatch(row -> row.path("error").isNull());
    started
        .at("/data")
        .forEach(row -> on.awaitEnd("/api/v1/background-task/" + row.path("taskId").asString()));
    Await.until(
        "all four succeed", () -> count(order("recover", one, two)).at("/count").asInt() == 0);
    assertThat(count(order("recover", other)).at("/count").asInt()).isEqualTo(2);
  }

  @Test
  void whatWaitsIsCountedAndCanceledForAllThatMatch() {
    String paused = on.endpoint("one", "/ok?team=red");
    on.api.post(on.app + "/endpoint/" + paused + "/pause", null).expect(200);
    on.endpoint("two", "/ok", "\"description\":\"Team RED\"");
    on.endpoint("three", "/ok");
    String message = on.send("a");
    on.awaitLive(message, 1);
    String red = matching("cancel", "\"text\":\"team\",\"appId\":\"" + on.appId + "\"");
    Reply counted = count(red);
    assertThat(counted.at("/endpoints").asInt()).isEqualTo(2);
    assertThat(counted.at("/count").asInt()).isEqualTo(1);
    Reply started = on.api.post(BULK, red).expect(202);
    assertThat(started.at("/data")).hasSize(2);
    started
        .at("/data")
        .forEach(
            one ->
                on.awaitEnd(
                    on.app
                        + "/endpoint/"
                        + one.path("endpointId").asString()
                        + "/cancel-all/"
                        + one.path("taskId").asString()));
    on.awaitLive(message, 0);
    assertThat(count(red).at("/count").asInt()).isZero();
    assertThat(count(matching("cancel", "\"state\":\"paused\"")).at("/endpoints").asInt())
        .isEqualTo(1);
  }

  @Test
  void theListHasFiltersAndPages() {
    String red = on.endpoint("one", "/ok?team=RED");
    String off = on.endpoint("two", "/ok", "\"disabled\":true");
    String last = on.endpoint("three", "/ok");
    assertThat(on.walk(LIST, 2)).containsExactly(last, off, red);
    assertThat(on.walk(LIST + "?order=ascending", 1)).containsExactly(red, off, last);
    assertThat(on.walk(LIST + "?text=red", 5)).containsExactly(red);
    assertThat(on.walk(LIST + "?state=disabled&app_id=" + on.appId, 5)).containsExactly(off);
    assertThat(on.api.get(LIST + "?text=red").expect(200).at("/data/0/appName").asString())
        .isEqualTo("Acme");
    on.api.get(LIST + "?state=broken").expect(422);
    on.api.get(LIST + "?app_id=nobody").expect(422);
    assertThat(on.server.environment("org_another").get(LIST).expect(200).at("/data")).isEmpty();
  }

  @Test
  void ordersThatAreUnclearOrTooLargeOrOfOthersAreRefused() {
    String endpoint = on.endpoint("one", "/ok");
    for (String path : List.of(BULK, BULK + "/count")) {
      on.api.post(path, "{\"action\":\"cancel\"}").expect(422);
      on.api.post(path, order("delete", endpoint)).expect(422);
      on.api.post(path, "{\"action\":\"cancel\",\"endpointIds\":[]}").expect(422);
      on.api
          .post(path, "{\"action\":\"cancel\",\"endpointIds\":[\"" + endpoint + "\"],\"match\":{}}")
          .expect(422);
      on.server.environment("org_another").post(path, order("cancel", endpoint)).expect(422);
      on.api.post(path, order("cancel", "ep_nothing")).expect(422);
    }
    for (int i = 0; i < 100; i++) {
      on.endpoint("more-" + i, "/ok");
    }
    Reply refused = on.api.post(BULK, matching("cancel", "")).expect(422);
    assertThat(refused.text()).contains("fits 101 endpoints");
  }
}
