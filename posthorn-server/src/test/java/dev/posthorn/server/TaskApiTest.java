package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskApiTest {
  private static final String ALL = "/api/v1/background-task";
  private final String begin =
      Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS).toString();
  private final String since = "{\"since\":\"" + begin + "\"}";

  @AutoClose private final Deliveries on = new Deliveries();
  private final String ok = on.endpoint("ok", "/ok");

  private String task(String action) {
    String id = on.api.post(on.app + "/endpoint/ok/" + action, since).expect(202).id();
    on.awaitEnd(ALL + "/" + id);
    return id;
  }

  @Test
  void listsTasksNewestFirstPageByPage() {
    List<String> begun = IntStream.range(0, 5).mapToObj(i -> task("recover")).toList();
    assertThat(Deliveries.ids(on.api.get(ALL).expect(200))).isEqualTo(begun.reversed());
    assertThat(on.walk(ALL, 2)).isEqualTo(begun.reversed());
    assertThat(on.walk(ALL, 5)).isEqualTo(begun.reversed());
    assertThat(on.walk(ALL + "?order=ascending", 2)).isEqualTo(begun);
  }

  @Test
  void filtersByTypeAndStatus() {
    String recover = task("recover");
    String replay = task("replay-missing");
    String bulk = task("bulk-replay");
    assertThat(Deliveries.ids(on.api.get(ALL + "?task=endpoint.recover"))).containsExactly(recover);
    assertThat(Deliveries.ids(on.api.get(ALL + "?task=endpoint.replay"))).containsExactly(replay);
    assertThat(Deliveries.ids(on.api.get(ALL + "?task=endpoint.bulk-replay")))
        .containsExactly(bulk);
    assertThat(Deliveries.ids(on.api.get(ALL + "?task=message.broadcast"))).isEmpty();
    assertThat(Deliveries.ids(on.api.get(ALL + "?status=finished")))
        .containsExactly(bulk, replay, recover);
    assertThat(Deliveries.ids(on.api.get(ALL + "?status=failed"))).isEmpty();
    on.api.get(ALL + "?status=begun").expect(422);
    on.api.get(ALL + "?iterator=msg_1").expect(422);
  }

  @Test
  void showsATaskWithWhatItDid() {
    Reply task = on.api.get(ALL + "/" + task("recover")).expect(200);
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/task").asString()).isEqualTo("endpoint.recover");
    assertThat(task.at("/data/endpointId").asString()).isEqualTo(ok);
    assertThat(task.at("/data/since").asString()).isEqualTo(begin);
    assertThat(task.json()).isEqualTo(on.api.get(ALL).at("/data/0"));
  }

  @Test
  void hidesWhatIsSomebodyElses() {
    String id = task("recover");
    String app2 = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    on.server.application(on.appId).get(ALL + "/" + id).expect(200);
    on.server.application(on.appId).get(ALL).expect(403);
    on.server.application(app2).get(ALL + "/" + id).expect(404);
    on.server.environment("org_other").get(ALL + "/" + id).expect(404);
    assertThat(on.server.environment("org_other").get(ALL).expect(200).at("/data").size()).isZero();
    on.api.get(ALL + "/nonsense").expect(404);
    on.server.client("").get(ALL).expect(401);
  }

  @Test
  void forgetsTasksThatAreAsOldAsMessagesMayGet() {
    try (ServerFixture server =
        ServerFixture.start(
            options -> ServerFixture.engine(options, options.engine().withRetention(1)))) {
      ApiClient api = server.api();
      String app = "/api/v1/app/" + api.post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
      String endpoint = "{\"uid\":\"ok\",\"url\":\"" + server.receiver().url("/") + "\"}";
      api.post(app + "/endpoint", endpoint).expect(201);
      String first = api.post(app + "/endpoint/ok/recover", since).expect(202).id();
      Await.until(
          "it ends", () -> api.get(ALL + "/" + first).at("/status").asString().equals("finished"));
      Await.until(
          "a later one has it forgotten",
          () -> {
            api.post(app + "/endpoint/ok/recover", since).expect(202);
            return api.get(ALL + "/" + first).status() == 404;
          });
    }
  }
}
