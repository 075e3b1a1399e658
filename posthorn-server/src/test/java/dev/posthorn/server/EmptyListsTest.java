package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that select something must not be empty: an empty list would select everything. */
class EmptyListsTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String url = "\"url\":\"" + on.receiver.url("/ok") + "\"";

  private static void refused(Reply reply, String field) {
    Reply refused = reply.expect(422);
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"" + field + "\"]");
    assertThat(refused.at("/detail/0/msg").asString())
        .isEqualTo("must not be empty; list at least one, or send null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eventTypes", "filterTypes", "channels"})
  void ofAnEndpointAreRefused(String field) {
    on.endpoint("one", "/ok", "\"" + field + "\":[\"a\"]");
    String empty = "{" + url + ",\"" + field + "\":[]}";
    refused(on.api.post(on.app + "/endpoint", empty), field);
    refused(on.api.put(on.app + "/endpoint/one", empty), field);
    refused(on.api.put(on.app + "/endpoint/new", empty), field);
    refused(on.api.patch(on.app + "/endpoint/one", empty), field);
    refused(on.api.post("/api/v1/operational-webhook/endpoint", empty), field);
    refused(on.api.put("/api/v1/operational-webhook/endpoint/new", empty), field);
    Reply kept = on.api.get(on.app + "/endpoint/one").expect(200);
    assertThat(kept.at("/" + field).toString()).isEqualTo("[\"a\"]");
    String all = "{\"" + field + "\":null}";
    Reply open = on.api.patch(on.app + "/endpoint/one", all).expect(200);
    assertThat(open.at("/" + field).isNull()).isTrue();
  }

  @Test
  void ofAMessageAreRefused() {
    String empty = "{\"eventType\":\"a\",\"payload\":{},\"channels\":[]}";
    refused(on.api.post(on.app + "/msg", empty), "channels");
    refused(on.api.post(on.app + "/msg/precheck/active", empty), "channels");
    on.send("a", "\"channels\":null", "\"tags\":[]");
  }

  @Test
  void ofWhatIsLookedForAreRefused() {
    on.endpoint("one", "/ok");
    refused(on.api.post(on.app + "/msg/search", "{\"event_types\":[]}"), "event_types");
    refused(
        on.api.post(
            on.app + "/endpoint/one/bulk-replay",
            "{\"since\":\"2026-01-01T00:00:00Z\",\"eventTypes\":[]}"),
        "eventTypes");
  }
}
