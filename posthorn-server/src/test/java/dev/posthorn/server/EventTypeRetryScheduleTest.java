package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Retry schedules of event types. */
class EventTypeRetryScheduleTest {
  private static final String ALL = "/api/v1/event-type";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.own(test);
  }

  private Reply create(String name) {
    return api.post(ALL, "{\"name\":\"" + name + "\",\"description\":\"\"}").expect(201);
  }

  @Test
  void aRetryScheduleIsReadAsItWasSet() {
    create("a");
    String path = ALL + "/a/retry-schedule";
    assertThat(api.get(path).expect(200).json().has("retrySchedule")).isFalse();
    String schedule =
        "{\"retrySchedule\":[{\"secs\":5,\"nanos\":0},{\"secs\":0,\"nanos\":500000000}]}";
    assertThat(api.put(path, schedule).expect(200).text()).isEqualTo(schedule);
    assertThat(api.get(path).expect(200).text()).isEqualTo(schedule);
    assertThat(api.put(path, "{\"retrySchedule\":[60]}").expect(200).text())
        .isEqualTo("{\"retrySchedule\":[{\"secs\":60,\"nanos\":0}]}");
    assertThat(api.put(path, "{\"retrySchedule\":[]}").expect(200).text())
        .isEqualTo("{\"retrySchedule\":[]}");
    assertThat(api.put(path, "{\"retrySchedule\":null}").expect(200).text()).isEqualTo("{}");
    api.put(path, "{\"retrySchedule\":[-1]}").expect(422);
    api.put(path, "{\"retrySchedule\":[{\"secs\":\"1\"}]}").expect(422);
    api.put(ALL + "/none/retry-schedule", "{}").expect(404);
    api.get(ALL + "/none/retry-schedule").expect(404);
  }

  @Test
  void deliveriesOfATypeAreRetriedByItsScheduleUnlessTheEndpointHasItsOwn() {
    create("never.again");
    api.put(ALL + "/never.again/retry-schedule", "{\"retrySchedule\":[]}").expect(200);
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    try (Receiver failing = Receiver.answering(request -> Answer.status(500))) {
      String endpoints = "/api/v1/app/" + app + "/endpoint";
      api.post(endpoints, "{\"url\":\"" + failing.url("/type") + "\"}").expect(201);
      api.post(endpoints, "{\"url\":\"" + failing.url("/own") + "\",\"retrySchedule\":[0]}")
          .expect(201);
      List<Long> messages = List.of(send(app, "never.again"), send(app, "other"));
      // By its own schedule one more of each type; by the fixture's two more of the other type.
      Await.until("all attempts", () -> failing.count() >= 1 + 3 + 2 + 2);
      Engine engine = SERVER.server().engine();
      long owner = engine.publicIds().parse(IdPrefix.APPLICATION, app).orElseThrow();
      Await.until(
          "all deliveries at their end",
          () -> messages.stream().allMatch(id -> engine.store(owner).live(id).isEmpty()));
      assertThat(failing.requests().stream().filter(r -> r.path().equals("/type")).count())
          .isEqualTo(1 + 3);
      assertThat(failing.requests().stream().filter(r -> r.path().equals("/own")).count())
          .isEqualTo(2 + 2);
    }
  }

  private static long send(String app, String type) {
    var engine = SERVER.server().engine();
    long id = engine.publicIds().parse(IdPrefix.APPLICATION, app).orElseThrow();
    return engine
        .messages()
        .accept(
            new SendRequest(
                id,
                type,
                List.of(),
                "application/json",
                new byte[] {'{', '}'},
                SendRequest.Options.NONE),
            10_000)
        .message();
  }
}
