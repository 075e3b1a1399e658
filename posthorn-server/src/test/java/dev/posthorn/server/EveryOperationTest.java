package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.time.Instant;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** One scenario in which every operation succeeds; each answer is checked against the contract. */
class EveryOperationTest {
  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.api();
  private String app = "";
  private String endpoint = "";

  @Test
  void succeedsAndKeepsToTheContract() {
    description();
    nodes(); // while there is no other environment
    applications();
    endpoints();
    secrets();
    tls();
    messages();
    deliveries();
    tasks();
    manyMessages();
    statistics();
    eventTypes();
    tokens();
    operationalWebhooks();
    environment();
    console();
    endings();
    TreeSet<String> left = new TreeSet<>(server.contract().operations());
    left.removeAll(server.contract().called());
    assertThat(left).as("operations that this story lacks").isEmpty();
    assertThat(server.contract().differed())
        .as("differences that were met; others are none")
        .containsExactlyInAnyOrderElementsOf(
            Contract.DIFFERENCES.stream().map(Contract.Difference::operation).toList());
  }

  private void description() {
    ApiClient nobody = server.client("");
    nobody.get("/").expect(200);
    nobody.get("/api/v1/health").expect(204);
    nobody.get("/api/v1/health/ping").expect(204);
    nobody.get("/api/v1/openapi.json").expect(200);
    nobody.get("/docs").expect(200);
    nobody.get("/portal").expect(200);
    nobody.get("/portal/portal.css").expect(200);
    nobody.get("/portal/portal.js").expect(200);
    nobody.get("/portal/theme.css").expect(200);
    nobody.get("/portal/page.json").expect(200);
    nobody.get("/portal/logo").expect(204);
    nobody.get("/portal/verify.py").expect(200);
  }

  private void nodes() {
    String nodes = "/api/v1/console/nodes";
    String node = api.get(nodes).expect(200).at("/data/0/id").asString();
    api.put(nodes + "/" + node + "/drain", "{\"draining\":false}").expect(200);
  }

  private void console() {
    ApiClient nobody = server.client("");
    nobody.get("/console").expect(200);
    nobody.get("/console/main.js").expect(200);
    String session = "/api/v1/console/session";
    String cookie =
        Objects.requireNonNull(
            nobody
                .post(session, "{\"token\":\"" + api.token() + "\"}", "X-Posthorn-Console", "1")
                .expect(201)
                .header("Set-Cookie"));
    String[] headers = {
      "Cookie", cookie.substring(0, cookie.indexOf(';')), "X-Posthorn-Console", "1"
    };
    nobody.send("GET", session, null, headers).expect(200);
    nobody.send("DELETE", session, null, headers).expect(204);
    api.get(session).expect(200);
    api.get("/api/v1/console/overview").expect(200);
    api.get("/api/v1/console/overview/history").expect(200);
    api.get("/api/v1/console/audit").expect(200);
    api.get("/api/v1/console/tail").expect(200);
    api.get("/api/v1/console/search?text=acme").expect(200);
    api.get("/api/v1/console/subscribers?event_type=a.b").expect(200);
    api.get("/api/v1/console/settings").expect(200);
    api.get("/api/v1/console/endpoints").expect(200);
    String bulk = "{\"action\":\"cancel\",\"match\":{\"text\":\"nothing like it\"}}";
    api.post("/api/v1/console/bulk/count", bulk).expect(200);
    api.post("/api/v1/console/bulk", bulk).expect(202);
  }

  private void applications() {
    api.post("/api/v1/app", "{\"name\":\"Acme\",\"uid\":\"acme\",\"throttleRate\":100}")
        .expect(201);
    app = "/api/v1/app/acme";
    api.post("/api/v1/app?get_if_exists=true", "{\"name\":\"Acme\",\"uid\":\"acme\"}").expect(200);
    api.get(app).expect(200);
    api.put(app, "{\"name\":\"Acme 2\",\"uid\":\"acme\",\"metadata\":{\"a\":\"b\"}}").expect(200);
    api.put("/api/v1/app/other", "{\"name\":\"Other\"}").expect(201);
    api.patch(app, "{\"throttleRate\":null}").expect(200);
    api.get("/api/v1/app?limit=1").expect(200);
  }

  private void endpoints() {
    String all = app + "/endpoint";
    api.post(all, "{\"url\":\"" + server.receiver().url("/a") + "\",\"uid\":\"first\"}")
        .expect(201);
    endpoint = all + "/first";
    api.get(endpoint).expect(200);
    api.put(all + "/second", "{\"url\":\"" + server.receiver().url("/b") + "\"}").expect(201);
    api.post(app + "/endpoint-url/check", "{\"url\":\"" + server.receiver().url("/c") + "\"}")
        .expect(200);
    api.put(
            endpoint,
            "{\"url\":\""
                + server.receiver().url("/a")
                + "\",\"uid\":\"first\",\"channels\":[\"c\"]}")
        .expect(200);
    api.patch(endpoint, "{\"channels\":null,\"ordered\":true,\"retrySchedule\":[1,2]}").expect(200);
    api.get(all).expect(200);
    api.post(endpoint + "/pause", null).expect(200);
    api.post(endpoint + "/resume", null).expect(200);
  }

  private void secrets() {
    api.get(endpoint + "/secret").expect(200);
    api.post(endpoint + "/secret/rotate", "{}").expect(204);
    String[] second = {"User-Agent", "svix-libs/2.9.1/python", "Idempotency-Key", "rotation"};
    String key =
        api.post(endpoint + "/secret/rotate", "{}", second).expect(200).at("/key").asString();
    assertThat(api.get(endpoint + "/secret").at("/key").asString()).isEqualTo(key);
    Reply again = api.post(endpoint + "/secret/rotate", "{}", second).expect(200);
    assertThat(again.at("/key").asString()).isEqualTo(key);
    api.put(endpoint + "/headers", "{\"headers\":{\"X-One\":\"1\"}}").expect(204);
    api.patch(endpoint + "/headers", "{\"headers\":{\"Authorization\":\"secret\"}}").expect(204);
    api.get(endpoint + "/headers").expect(200);
  }

  private void tls() {
    TestCertificate own = TestCertificate.of("sender");
    api.put(endpoint + "/mtls", EndpointTlsApiTest.identity(own)).expect(204);
    api.get(endpoint + "/mtls").expect(200);
    api.get(endpoint + "/mtls-config").expect(200);
    api.delete(endpoint + "/mtls").expect(204);
    api.get(endpoint + "/mtls-config").expect(200);
    api.put(endpoint + "/ca", EndpointTlsApiTest.ca(own)).expect(204);
    api.get(endpoint + "/ca").expect(200);
    api.put(endpoint + "/ca", "{\"cert\":null}").expect(204);
    api.get(endpoint + "/ca").expect(200);
  }

  private void messages() {
    String all = app + "/msg";
    String id =
        api.post(all, "{\"eventType\":\"invoice.paid\",\"payload\":{\"a\":1}}").expect(202).id();
    server.receiver().awaitRequests(2);
    api.get(all + "/" + id).expect(200);
    api.get(all + "/" + id + "/raw").expect(200);
    api.get(all).expect(200);
    api.delete(all + "/" + id + "/content").expect(204);
    api.get(all + "/" + id).expect(200);
    api.get("/api/v1/msg/" + id).expect(200);
    api.post(all + "/search", "{\"event_types\":[\"invoice.paid\"]}").expect(200);
    api.post(all + "/precheck/active", "{\"eventType\":\"invoice.paid\"}").expect(200);
    polling();
    api.post(all + "/bulk-expunge", "{\"ids\":[\"" + id + "\",\"nobody\"]}").expect(200);
  }

  private void polling() {
    String poller = app + "/poller/first";
    String iterator = api.get(poller).expect(200).at("/iterator").asString();
    api.get(poller + "/consumer/c?limit=1&iterator=" + iterator).expect(200);
    api.post(poller + "/consumer/c/seek", "{\"after\":\"2026-01-01T00:00:00Z\"}").expect(200);
  }

  private void manyMessages() {
    api.post("/api/v1/msg/broadcast", "{\"eventType\":\"news\",\"payload\":{}}").expect(202);
    api.post(app + "/msg/expunge-all-contents", null).expect(202);
  }

  private void deliveries() {
    String id =
        api.post(app + "/msg", "{\"eventType\":\"invoice.paid\",\"payload\":{\"a\":1}}")
            .expect(202)
            .id();
    server.receiver().awaitRequests(4);
    String message = app + "/msg/" + id;
    String list = app + "/attempt/msg/" + id;
    Await.until("two attempts", () -> api.get(list).expect(200).at("/data").size() == 2);
    String attempt = message + "/attempt/" + api.get(list).at("/data/0/id").asString();
    api.get(attempt).expect(200);
    api.delete(attempt + "/content").expect(204);
    api.get(app + "/attempt/endpoint/first?with_msg=true").expect(200);
    api.get(app + "/attempt/endpoint/first/count").expect(200);
    api.get(endpoint + "/msg").expect(200);
    api.get(message + "/endpoint").expect(200);
    api.get(message + "/why").expect(200);
    api.post(message + "/endpoint/first/resend", null).expect(202);
    server.receiver().awaitRequests(5);
    Await.until("three attempts", () -> api.get(list).expect(200).at("/data").size() == 3);
    api.post(endpoint + "/pause", null).expect(200);
    api.post(message + "/endpoint/first/resend", null).expect(202);
    api.post(message + "/endpoint/first/cancel", null).expect(202);
  }

  private void tasks() {
    String since = "{\"since\":\"" + Instant.now().minusSeconds(3_600) + "\"}";
    for (String task : new String[] {"recover", "replay-missing", "bulk-replay"}) {
      api.post(endpoint + "/" + task + "/count", since).expect(200);
    }
    String task = api.post(endpoint + "/recover", since).expect(202).id();
    api.post(endpoint + "/replay-missing", since).expect(202);
    api.post(endpoint + "/bulk-replay", since).expect(202);
    api.get("/api/v1/background-task").expect(200);
    api.get("/api/v1/background-task/" + task).expect(200);
    api.post(endpoint + "/cancel-msgs", "{\"createdBefore\":\"2020-01-01T00:00:00Z\"}").expect(204);
    String all = api.post(endpoint + "/cancel-all", null).expect(202).id();
    api.get(endpoint + "/cancel-all/" + all).expect(200);
  }

  private void statistics() {
    api.get(endpoint + "/stats").expect(200);
    api.get(endpoint + "/stats/hourly").expect(200);
    api.get(endpoint + "/attempt-stats").expect(200);
    api.get(endpoint + "/delivery-status").expect(200);
    api.get(endpoint + "/rate-limit-status").expect(200);
    api.get("/api/v1/stats/endpoint/count").expect(200);
    api.get("/api/v1/app/stats/count-active").expect(200);
    api.get("/api/v1/stats/app/acme/attempt").expect(200);
    String span = "2026-01-01T00:00:00Z\",\"until\":\"2026-02-01T00:00:00Z";
    api.get(app + "/stats/attempts?since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z")
        .expect(200);
    String usage = "/api/v1/stats/usage/";
    String task = api.post(usage + "app", "{\"since\":\"" + span + "\"}").expect(202).id();
    api.get("/api/v1/background-task/" + task).expect(200);
    api.put(usage + "event-types", "{}").expect(202);
  }

  private void eventTypes() {
    String all = "/api/v1/event-type";
    api.post(all, "{\"name\":\"a\",\"description\":\"d\",\"schemas\":{\"1\":{}}}").expect(201);
    String one = all + "/a";
    api.get(one).expect(200);
    api.get(one + "/example").expect(200);
    api.put(one, "{\"description\":\"d\",\"featureFlags\":[\"f\"]}").expect(200);
    api.put(all + "/b", "{\"description\":\"d\"}").expect(201);
    api.patch(one, "{\"groupName\":\"g\"}").expect(200);
    api.get(all + "?with_content=true").expect(200);
    api.put(one + "/retry-schedule", "{\"retrySchedule\":[{\"secs\":1,\"nanos\":0}]}").expect(200);
    api.get(one + "/retry-schedule").expect(200);
    String spec = "{\"spec\":{\"webhooks\":{\"c\":{\"post\":{}}}}";
    api.post(all + "/import/openapi", spec + ",\"dryRun\":true}").expect(200);
    api.post(all + "/import/openapi", spec + "}").expect(200);
    api.get(all + "/export/openapi").expect(200);
    api.post(all + "/export/openapi", null).expect(202);
    api.post(endpoint + "/send-example", "{\"eventType\":\"a\"}").expect(200);
    api.delete(one).expect(204);
  }

  private void tokens() {
    String environment = "org_23rb8YdGqMT0qIzpgGwdXfHirMu";
    server.environment(environment).get("/api/v1/auth/whoami").expect(200);
    String keys = "/api/v1/management/authentication/org_fixture/api-token";
    String key = keys + "/" + api.post(keys, "{\"name\":\"k\"}").expect(200).id();
    api.get(keys).expect(200);
    api.get(key).expect(200);
    api.put(key, "{\"name\":\"l\"}").expect(200);
    api.patch(key, "{\"scopes\":[\"ViewBase\"]}").expect(200);
    api.post(key + "/expire", "{}").expect(204);
    api.post("/api/v1/auth/app/acme/create-message-token", "{\"name\":\"m\"}").expect(200);
    api.post("/api/v1/auth/dashboard-access/acme", null).expect(200);
    String token =
        api.post("/api/v1/auth/app-portal-access/acme", "{}").expect(200).at("/token").asString();
    server.client(token).post("/api/v1/auth/logout", null).expect(204);
    api.post("/api/v1/auth/app/acme/expire-all", "{}").expect(204);
  }

  private void operationalWebhooks() {
    String all = "/api/v1/operational-webhook/endpoint";
    String one =
        all
            + "/"
            + api.post(all, "{\"url\":\"" + server.receiver().url("/ops") + "\"}").expect(201).id();
    api.get(all).expect(200);
    api.get(one).expect(200);
    api.put(one, "{\"url\":\"" + server.receiver().url("/ops") + "\"}").expect(200);
    api.get(one + "/secret").expect(200);
    api.post(one + "/secret/rotate", "{}").expect(204);
    api.put(one + "/headers", "{\"headers\":{\"X-One\":\"1\"}}").expect(204);
    api.patch(one + "/headers", "{\"headers\":{\"X-Two\":\"2\"}}").expect(204);
    api.get(one + "/headers").expect(200);
    api.delete(one).expect(204);
  }

  private void environment() {
    api.get("/api/v1/environment/settings").expect(200);
    api.put("/api/v1/environment/retention", "{\"retentionHours\":24}").expect(200);
    api.get("/api/v1/environment/retention").expect(200);
    String settings = "/api/v1/management/environment-settings";
    String present = api.get(settings).expect(200).text();
    api.put(settings, present).expect(200);
    api.patch(settings, "{\"enableChannels\":true}").expect(200);
    String export = api.post("/api/v1/environment/export", null).expect(200).text();
    api.post("/api/v1/environment/import", export).expect(204);
  }

  private void endings() {
    api.delete(endpoint).expect(204);
    api.delete(app).expect(204);
  }
}
