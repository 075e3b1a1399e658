package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Of several clients that create the same object concurrently, one creates it and the others get
 * it.
 */
class ConcurrentCreationTest {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 10;
  private static final String APPS = "/api/v1/app";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.own(test);
  }

  /** Sends a request once per client, concurrently. */
  private List<Reply> together(Supplier<Reply> request) {
    CyclicBarrier start = new CyclicBarrier(CLIENTS);
    List<Future<Reply>> replies =
        IntStream.range(0, CLIENTS)
            .mapToObj(
                client ->
                    clients.submit(
                        () -> {
                          start.await();
                          return request.get();
                        }))
            .toList();
    List<Reply> all = new ArrayList<>();
    for (Future<Reply> reply : replies) {
      try {
        all.add(reply.get());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return all;
  }

  private static void assertCreatedOnce(List<Reply> replies, int created, int found) {
    assertThat(replies).extracting(Reply::status).containsOnly(created, found);
    assertThat(replies).extracting(Reply::status).containsOnlyOnce(created);
    assertThat(replies.stream().map(Reply::id).distinct()).hasSize(1);
  }

  private List<String> listed(String path) {
    return Deliveries.ids(api.get(path + "?limit=250").expect(200));
  }

  @Test
  void firstMessagesThatBringTheirApplication() {
    for (int round = 0; round < ROUNDS; round++) {
      String uid = "app" + round;
      String body =
          """
          {"eventType":"a.b","payload":{},"application":{"name":"A","uid":"%s"}}
          """
              .formatted(uid);
      List<Reply> sent = together(() -> api.post(APPS + "/" + uid + "/msg", body));
      assertThat(sent).extracting(Reply::status).containsOnly(202);
      assertThat(listed(APPS + "/" + uid + "/msg"))
          .containsExactlyInAnyOrderElementsOf(sent.stream().map(Reply::id).toList());
    }
    assertThat(listed(APPS)).hasSize(ROUNDS);
  }

  @Test
  void applicationsThatAreToBeGotIfTheyExist() {
    for (int round = 0; round < ROUNDS; round++) {
      String body = "{\"name\":\"A\",\"uid\":\"app" + round + "\"}";
      assertCreatedOnce(together(() -> api.post(APPS + "?get_if_exists=true", body)), 201, 200);
    }
    assertThat(listed(APPS)).hasSize(ROUNDS);
  }

  @Test
  void applicationsThatArePut() {
    for (int round = 0; round < ROUNDS; round++) {
      String path = APPS + "/app" + round;
      assertCreatedOnce(together(() -> api.put(path, "{\"name\":\"A\"}")), 201, 200);
    }
    assertThat(listed(APPS)).hasSize(ROUNDS);
  }

  @Test
  void applicationsOfPortalLinks() {
    for (int round = 0; round < ROUNDS; round++) {
      String uid = "app" + round;
      String body = "{\"application\":{\"name\":\"A\",\"uid\":\"" + uid + "\"}}";
      assertThat(together(() -> api.post("/api/v1/auth/app-portal-access/" + uid, body)))
          .extracting(Reply::status)
          .containsOnly(200);
    }
    assertThat(listed(APPS)).hasSize(ROUNDS);
  }

  @Test
  void endpointsThatArePut() {
    String all = APPS + "/" + api.post(APPS, "{\"name\":\"A\"}").expect(201).id() + "/endpoint";
    for (int round = 0; round < ROUNDS; round++) {
      String path = all + "/ep" + round;
      assertCreatedOnce(
          together(() -> api.put(path, "{\"url\":\"https://example.com/\"}")), 201, 200);
    }
    assertThat(listed(all)).hasSize(ROUNDS);
  }

  @Test
  void operationalEndpointsThatArePutAtTheFirstUseOfAnEnvironment() {
    String all = "/api/v1/operational-webhook/endpoint";
    for (int round = 0; round < ROUNDS; round++) {
      api = SERVER.environment("org_first_use_" + round);
      List<Reply> put = together(() -> api.put(all + "/ep", "{\"url\":\"https://example.com/\"}"));
      assertThat(put).extracting(Reply::status).containsOnly(200);
      assertThat(listed(all)).containsExactly(put.get(0).id());
    }
  }

  @Test
  void eventTypesThatArePut() {
    for (int round = 0; round < ROUNDS; round++) {
      String path = "/api/v1/event-type/type" + round;
      List<Reply> put = together(() -> api.put(path, "{\"description\":\"\"}"));
      assertThat(put).extracting(Reply::status).containsOnly(200, 201);
      assertThat(put).extracting(Reply::status).containsOnlyOnce(201);
    }
  }
}
