package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.svix.Svix;
import com.svix.SvixOptions;
import com.svix.models.ApplicationIn;
import com.svix.models.EndpointIn;
import com.svix.models.EndpointPatch;
import com.svix.models.EventTypeIn;
import com.svix.models.MessageIn;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.Cors;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A strict server rejects misspelled fields and event types. */
class StrictTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start(StrictTest::strict);

  private static ApiClient api;
  private static String app;

  private static ServerOptions strict(ServerOptions options) {
    return ServerFixture.manner(
        options, new ServerOptions.Tuning(1_000, false, 30, Cors.NONE, null).withStrict(true));
  }

  @BeforeAll
  static void makeWhatPathsName() {
    api = SERVER.api();
    app = "/api/v1/app/" + api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    api.post("/api/v1/event-type", "{\"name\":\"invoice.paid\",\"description\":\"\"}").expect(201);
  }

  private static void refuse(String path, String body, List<String> place, String words) {
    JsonNode problem = api.post(path, body).expect(422).at("/detail/0");
    assertThat(problem.get("loc"))
        .extracting(part -> part.asString())
        .containsExactlyElementsOf(place);
    assertThat(problem.get("msg").asString()).contains(words);
  }

  // ---- event types ---------------------------------------------------------------------------

  @Test
  void messagesOfEventTypesThatThereAreNotAreRefused() {
    List<String> place = List.of("body", "eventType");
    String words = "unknown event type \"invoice.pad\"";
    String message = "{\"eventType\":\"invoice.pad\",\"payload\":{}}";
    refuse(app + "/msg", message, place, words);
    refuse("/api/v1/msg/broadcast", message, place, words);
    refuse(app + "/msg/precheck/active", "{\"eventType\":\"invoice.pad\"}", place, words);
    api.post(app + "/msg", message.replace("pad", "paid")).expect(202);
  }

  @Test
  void oneThatIsArchivedIsKnown() {
    api.post("/api/v1/event-type", "{\"name\":\"old\",\"description\":\"\"}").expect(201);
    api.delete("/api/v1/event-type/old").expect(204);
    api.post(app + "/msg", "{\"eventType\":\"old\",\"payload\":{}}").expect(202);
  }

  // ---- fields --------------------------------------------------------------------------------

  private static String message(String more) {
    return "{\"eventType\":\"invoice.paid\"," + more + "}";
  }

  @Test
  void aFieldThatIsNotKnownIsRefusedAndTheRightOneNamed() {
    JsonNode before = api.get(app + "/endpoint").expect(200).at("/data");
    refuse(
        app + "/msg",
        message("\"payload\":{},\"eventID\":\"e\""),
        List.of("body", "eventID"),
        "did you mean eventId?");
    refuse(
        app + "/msg",
        message("\"payload\":{},\"event_id\":\"e\""),
        List.of("body", "event_id"),
        "did you mean eventId?");
    refuse(
        app + "/msg",
        message("\"payload\":{},\"delay\":1"),
        List.of("body", "delay"),
        "known fields are eventType, payload,");
    refuse(
        app + "/endpoint",
        "{\"url\":\"https://example.com/\",\"evenTypes\":[\"invoice.paid\"]}",
        List.of("body", "evenTypes"),
        "known fields are url, uid,");
    assertThat(api.get(app + "/endpoint").expect(200).at("/data")).isEqualTo(before);
  }

  @Test
  void soIsOneWithin() {
    refuse(
        "/api/v1/app/new/msg",
        message("\"payload\":{},\"application\":{\"name\":\"New\",\"UID\":\"new\"}"),
        List.of("body", "application", "UID"),
        "did you mean uid?");
    refuse(
        app + "/msg",
        message("\"transformationsParams\":{\"rawPayload\":\"\",\"header\":{}}"),
        List.of("body", "transformationsParams", "header"),
        "known fields are rawPayload, headers");
    refuse(
        "/api/v1/environment/import",
        "{\"eventTypes\":[{\"name\":\"a\",\"description\":\"\"},{\"name\":\"b\",\"descripton\":\"\"}]}",
        List.of("body", "eventTypes", "1", "descripton"),
        "known fields are name, description,");
  }

  @Test
  void allOfThemAreToldUpToTen() {
    StringBuilder many = new StringBuilder("\"payload\":{}");
    for (int i = 0; i < 50; i++) {
      many.append(",\"f").append(i).append("\":").append(i);
    }
    assertThat(api.post(app + "/msg", message(many.toString())).expect(422).at("/detail"))
        .hasSize(10);
  }

  @Test
  void aNameThatNoAnswerCouldShowIsToldAllTheSame() {
    for (String name :
        new String[] {"\\ud800", "x".repeat(40_000), "x".repeat(99) + "\\ud83d\\ude00"}) {
      Reply reply = api.post(app + "/msg", message("\"payload\":{},\"" + name + "\":1"));
      assertThat(reply.expect(422).text()).hasSizeLessThan(1_000);
    }
  }

  @Test
  void whatIsFreeStaysFree() {
    api.post(
            app + "/msg",
            message(
                "\"payload\":{\"eventID\":{\"x\":[{\"y\":1}]},\"any\":\""
                    + "x".repeat(100_000)
                    + "\"},\"channels\":[\"eu\"],\"tags\":null"))
        .expect(202);
    api.post(
            app + "/endpoint",
            "{\"url\":\"https://example.com/\",\"filterTypes\":[\"invoice.paid\"],\"rateLimit\":5,"
                + "\"version\":1,\"metadata\":{\"any\":\"thing\"},\"headers\":{\"X-Any\":\"thing\"}}")
        .expect(201);
    api.put("/api/v1/app/other", "{\"name\":\"Other\",\"rateLimit\":5}").expect(201);
    api.post(
            "/api/v1/event-type",
            "{\"name\":\"typed\",\"description\":\"\",\"schemas\":{\"1\":{\"type\":\"object\","
                + "\"properties\":{\"any\":{\"type\":\"string\"}}}}}")
        .expect(201);
    api.post("/api/v1/app", "{").expect(422);
    api.post("/api/v1/app", "[1]").expect(422);
    api.post(app + "/msg/search", null).expect(200);
  }

  @Test
  void aClientOfSvixSendsNothingUnknown() throws Exception {
    SvixOptions options = new SvixOptions();
    options.setServerUrl(SERVER.server().url());
    Svix svix = new Svix(ServerFixture.token("org_svix_strict"), options);
    svix.getApplication()
        .create(
            new ApplicationIn()
                .name("Acme")
                .uid("acme")
                .metadata(Map.of("k", "v"))
                .throttleRate(9L));
    svix.getEventType().create(new EventTypeIn().name("invoice.paid").description(""));
    svix.getEndpoint()
        .create(
            "acme",
            new EndpointIn()
                .url(URI.create("https://example.com/"))
                .uid("first")
                .filterTypes(Set.of("invoice.paid"))
                .channels(Set.of("eu"))
                .headers(Map.of("X-A", "b"))
                .metadata(Map.of("k", "v")));
    svix.getEndpoint().patch("acme", "first", new EndpointPatch().description("it").disabled(true));
    svix.getMessage()
        .create(
            "acme",
            new MessageIn()
                .eventType("invoice.paid")
                .payload("{\"any\":1}")
                .eventId("e")
                .channels(Set.of("eu"))
                .tags(Set.of("t")));
  }
}
