package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters in requests are applied or rejected, never silently ignored. */
class FiltersApiTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String all = on.app + "/msg";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_types=b",
        "event_types[]=b",
        "event_types%5B%5D=b",
        "event_types[0]=b",
        "event_types[1]=none&event_types[0]=b",
        "event_types[]=none&event_types[]=b",
        "event_types=none,b",
        "tag[]=t"
      })
  void listsAreWrittenAsLibrariesWriteThem(String query) {
    on.send("a");
    String wanted = on.send("b", "\"tags\":[\"t\"]");
    on.send("c");
    String escaped = query.replace("[", "%5B").replace("]", "%5D");
    assertThat(Deliveries.ids(on.api.get(all + "?" + escaped).expect(200))).containsExactly(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eventTypes=b",
        "event_type=b",
        "event-types=b",
        "EVENT_TYPES=b",
        "channels=c",
        "tags=t",
        "status=2",
        "since=2026-01-01T00:00:00Z",
        "event_types[type]=b",
        "filter[event_types]=b",
        "filter=b",
        "exclude_types=b",
        "type=b"
      })
  void whatLooksLikeAFilterIsRefused(String query) {
    on.endpoint("ok", "/ok");
    String escaped = query.replace("[", "%5B").replace("]", "%5D");
    Reply refused = on.api.get(all + "?" + escaped).expect(422);
    String name = query.substring(0, query.indexOf('='));
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"query\",\"" + name + "\"]");
    assertThat(refused.at("/detail/0/msg").asString())
        .contains("is not a parameter of this operation; it accepts limit, iterator, channel, tag");
  }

  @Test
  void whatIsForSomebodyElseIsIgnored() {
    String message = on.send("a");
    for (String query : List.of("_=1", "cb=2", "utm_source=x", "with_msg=true", "pretty")) {
      assertThat(Deliveries.ids(on.api.get(all + "?" + query).expect(200)))
          .containsExactly(message);
    }
    on.api.get(all + "/" + message + "?type=b").expect(200);
    on.api.post(all + "?type=b", "{\"eventType\":\"a\",\"payload\":{}}").expect(202);
  }

  @Test
  void everyListRefusesWhatItDoesNotHave() {
    on.endpoint("ok", "/ok");
    String message = on.send("a");
    on.awaitStatus(message, 0);
    for (String list :
        List.of(
            "/api/v1/app",
            "/api/v1/event-type",
            "/api/v1/background-task",
            "/api/v1/operational-webhook/endpoint",
            on.app + "/endpoint",
            on.app + "/endpoint/ok/msg",
            on.app + "/endpoint/ok/stats",
            on.app + "/attempt/endpoint/ok",
            on.app + "/attempt/endpoint/ok/count",
            on.app + "/attempt/msg/" + message,
            on.app + "/msg/" + message + "/endpoint",
            "/api/v1/stats/app/" + on.appId + "/attempt",
            "/api/v1/app/stats/count-active")) {
      on.api.get(list).expect(200);
      on.api.get(list + "?eventType=b").expect(422);
      on.api.get(list + "?exclude_apps_with_no_endpoints=true").expect(422);
    }
  }

  @Test
  void oneValueIsNotTwo() {
    assertThat(on.api.get(all + "?tag=t&tag=u").expect(422).at("/detail/0/msg").asString())
        .isEqualTo("has several values; send one");
    on.api.get(all + "?tag=t&tag=t").expect(200);
  }

  @Test
  void theSendersOwnIdFilters() {
    on.send("a");
    String wanted = on.send("a", "\"eventId\":\"mine\"");
    assertThat(Deliveries.ids(on.api.get(all + "?event_id=mine").expect(200)))
        .containsExactly(wanted);
  }
}
