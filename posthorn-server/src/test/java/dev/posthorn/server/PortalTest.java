package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The portal's page, without a browser: its files and its requests to the API. */
class PortalTest {
  private static final Pattern OPERATION =
      Pattern.compile("(?m)^ {2}(\\w+): \\['([A-Z]+)', '(/api/[^']+)'],$");

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient nobody = SERVER.client("");
  private final Reply page = nobody.get("/portal").expect(200);
  private final Reply script = nobody.get("/portal/portal.js").expect(200);
  private final Reply style = nobody.get("/portal/portal.css").expect(200);

  /** Returns the operations that the script declares, by its own names. */
  private Map<String, List<String>> operations() {
    Map<String, List<String>> operations = new LinkedHashMap<>();
    OPERATION
        .matcher(script.text())
        .results()
        .forEach(one -> operations.put(one.group(1), List.of(one.group(2), one.group(3))));
    return operations;
  }

  private static Set<String> all(String regex, String text) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(regex).matcher(text).results().map(one -> one.group(1)).forEach(found::add);
    return found;
  }

  // ---- what it is made of ----------------------------------------------------------------------

  @Test
  void theBrowserIsToldToTakeNothingFromElsewhere() {
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(script.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(style.header("Content-Type")).isEqualTo("text/css; charset=utf-8");
    for (Reply file : List.of(page, script, style)) {
      assertThat(file.header("Content-Security-Policy"))
          .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'")
          .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
          .contains("require-trusted-types-for 'script'")
          .doesNotContain("unsafe", "*", "http:", "https:", "data:");
      assertThat(file.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(file.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(file.header("Cache-Control")).isEqualTo("no-cache");
    }
  }

  @Test
  void thePageLoadsItsOwnFilesAloneAndHasNoScriptOrStyleInside() {
    String html = page.text();
    assertThat(all("\\ssrc=\"([^\"]*)\"", html)).containsExactly("/portal/portal.js");
    assertThat(all("\\shref=\"([^\"]*)\"", html))
        .containsExactly("#", "/portal/portal.css", "/portal/theme.css");
    assertThat(html).doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|<script>");
    assertThat(style.text()).doesNotContain("url(", "@import", "http");
  }

  @Test
  void textFromElsewhereIsNeverMadeIntoElementsAndTheTokenIsNotKept() {
    assertThat(script.text())
        .doesNotContainPattern("innerHTML|outerHTML|insertAdjacent|document\\.write|DOMParser")
        .doesNotContainPattern("\\beval\\b|new Function|setAttribute\\('(on|href|src)")
        .doesNotContainPattern("localStorage|document\\.cookie|indexedDB|[?&]token=");
  }

  @Test
  void whatTheScriptLooksForIsInThePage() {
    Set<String> ids = all("\\sid=\"([^\"]*)\"", page.text());
    Set<String> used = all("\\b(?:at|onClick)\\('([^']+)'", script.text());
    assertThat(used).hasSizeGreaterThan(30);
    assertThat(ids).containsAll(used);
    assertThat(ids).containsAll(all("aria-labelledby=\"([^\"]*)\"", page.text()));
  }

  // ---- what it asks for ------------------------------------------------------------------------

  @Test
  void theScriptAsksOnlyForWhatItHasWrittenDownAndAllOfThatIsInTheApi() {
    assertThat(operations()).hasSizeGreaterThan(10);
    assertThat(all("(/api/)", script.text().replaceAll(OPERATION.pattern(), ""))).isEmpty();
    Set<String> asked = new HashSet<>(all("\\b(?:call|all)\\('(\\w+)'", script.text()));
    assertThat(asked).isEqualTo(operations().keySet());
    JsonNode paths = nobody.get("/api/v1/openapi.json").expect(200).at("/paths");
    operations()
        .forEach(
            (name, one) ->
                assertThat(paths.path(one.get(1)).has(one.get(0).toLowerCase(Locale.ROOT)))
                    .as(name + " " + one)
                    .isTrue());
  }

  @Test
  void everythingItAsksForWorksWithTheTokenOfAPortalLink() {
    ApiClient api = SERVER.api();
    api.post("/api/v1/app", "{\"name\":\"Acme\",\"uid\":\"acme\"}").expect(201);
    api.post("/api/v1/event-type", "{\"name\":\"invoice.paid\",\"description\":\"\"}").expect(201);
    Customer customer = new Customer("acme");
    assertThat(customer.ask("application").at("/name").asString()).isEqualTo("Acme");
    assertThat(customer.ask("whoami").at("/capabilities").toString())
        .isEqualTo(
            "[\"ViewBase\",\"ViewEndpointSecret\",\"ManageEndpointSecret\",\"ManageTransformations\","
                + "\"CreateAttempts\",\"ManageEndpoint\"]");
    assertThat(customer.ask("eventTypes", "limit=250").at("/data/0/name").asString())
        .isEqualTo("invoice.paid");
    customer.ids.put("event_type_name", "invoice.paid");
    assertThat(customer.ask("eventTypeExample").at("/example").isObject()).isTrue();
    String checked = "{\"url\":\"" + SERVER.receiver().url("/portal") + "\"}";
    assertThat(customer.send("checkUrl", checked).expect(200).at("/status").asInt()).isEqualTo(200);
    String url = "{\"url\":\"" + SERVER.receiver().url("/portal") + "\",\"description\":\"\"";
    Reply made = customer.send("addEndpoint", url + ",\"eventTypes\":null}").expect(201);
    assertThat(made.at("/eventTypes").isNull()).isTrue();
    customer.ids.put("endpoint_id", made.id());
    assertThat(customer.ask("endpoints", "limit=250").at("/data")).hasSize(1);
    customer.ask("endpoint");
    assertThat(customer.ask("status").at("/failingSince").isNull()).isTrue();
    Reply changed =
        customer
            .send("changeEndpoint", url + ",\"eventTypes\":[\"invoice.paid\",\"order.*\"]}")
            .expect(200);
    assertThat(changed.at("/eventTypes").toString()).isEqualTo("[\"invoice.paid\",\"order.*\"]");
    assertThat(
            customer
                .send("changeEndpoint", url + ",\"eventTypes\":null}")
                .at("/eventTypes")
                .isNull())
        .isTrue();
    assertThat(customer.send("changeEndpoint", "{\"disabled\":true}").at("/state").asString())
        .isEqualTo("disabled");
    assertThat(customer.send("changeEndpoint", "{\"disabled\":false}").at("/state").asString())
        .isEqualTo("enabled");
    customer.send("resumeEndpoint", null).expect(200);
    String endpoint = "/api/v1/app/acme/endpoint/" + made.id();
    api.put(endpoint + "/headers", "{\"headers\":{\"Authorization\":\"x\"}}").expect(204);
    customer.send("changeEndpoint", "{\"url\":\"https://elsewhere.example/\"}").expect(409);
    assertThat(customer.ask("headers").at("/sensitive/0").asString()).isEqualTo("Authorization");
    customer.send("changeHeaders", "{\"headers\":{\"Authorization\":null}}").expect(204);
    customer.send("changeEndpoint", "{\"url\":\"https://elsewhere.example/\"}").expect(200);
    customer.send("changeEndpoint", url + "}").expect(200);
    String secret = customer.ask("secret").at("/key").asString();
    customer.send("rotateSecret", "{}").expect(204);
    assertThat(customer.ask("secret").at("/key").asString()).isNotEqualTo(secret);

    customer.send("sendExample", "{\"eventType\":\"invoice.paid\"}").expect(200);
    String query = "limit=20&with_msg=true&expanded_statuses=true&status=0";
    Await.until("an attempt", () -> customer.ask("attempts", query).at("/data").size() == 1);
    Reply attempts = customer.ask("attempts", query);
    for (String field :
        List.of(
            "msgId",
            "status",
            "statusText",
            "responseStatusCode",
            "responseDurationMs",
            "response",
            "timestamp",
            "error",
            "attempt",
            "timings",
            "nextAttempt")) {
      attempts.at("/data/0/" + field);
      assertThat(script.text()).contains("attempt." + field);
    }
    assertThat(attempts.at("/data/0/msg/eventType").asString()).isEqualTo("invoice.paid");
    customer.ids.put("msg_id", attempts.at("/data/0/msgId").asString());
    assertThat(customer.ask("payload").at("/payload").asString()).startsWith("{");
    customer.send("countFailed", "{\"since\":\"" + Instant.now() + "\"}").expect(200);
    customer.send("recover", "{\"since\":\"" + Instant.now() + "\"}").expect(202);
    customer.send("resend", null).expect(202);
    Await.until("two attempts", () -> customer.ask("attempts", query).at("/data").size() == 2);

    customer.send("deleteEndpoint", null).expect(204);
    customer.send("logout", null).expect(204);
    assertThat(customer.done).isEqualTo(operations().keySet());
    customer.send("whoami", null).expect(401);
  }

  /** A customer who has opened a link, with the key from its fragment, as in the script. */
  private final class Customer {
    final Map<String, String> ids = new HashMap<>();
    final Set<String> done = new HashSet<>();
    private final ApiClient client;

    Customer(String app) {
      Reply access = SERVER.api().post("/api/v1/auth/app-portal-access/" + app, "{}").expect(200);
      URI link = URI.create(access.at("/url").asString());
      assertThat(link.toString()).startsWith(SERVER.server().url() + "/portal#key=");
      JsonNode key =
          new JsonMapper()
              .readTree(
                  new String(
                      Base64.getUrlDecoder().decode(link.getFragment().substring(4)),
                      StandardCharsets.UTF_8));
      ids.put("app_id", key.get("appId").asString());
      client = SERVER.client(key.get("token").asString());
    }

    Reply ask(String name, String... query) {
      return call(name, null, query).expect(200);
    }

    Reply send(String name, @Nullable String body) {
      return call(name, body);
    }

    private Reply call(String name, @Nullable String body, String... query) {
      List<String> operation = operations().getOrDefault(name, List.of());
      assertThat(operation).as(name).hasSize(2);
      done.add(name);
      String path =
          Pattern.compile("\\{(\\w+)}")
              .matcher(operation.get(1))
              .replaceAll((MatchResult one) -> String.valueOf(ids.get(one.group(1))));
      List<String> parts = new ArrayList<>(List.of(path));
      parts.addAll(List.of(query));
      return client.send(operation.get(0), String.join("?", parts), body);
    }
  }
}
