package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Sent messages as the API shows them. */
class MessageReadingTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String all = on.app + "/msg";

  @Test
  void areListedNewestFirstPageByPageThereAndBack() {
    List<String> sent = IntStream.range(0, 5).mapToObj(i -> on.send("a")).toList();
    assertThat(on.walk(all, 2)).isEqualTo(sent.reversed());
    assertThat(on.api.get(all).at("/data/0/payload").toString()).isEqualTo("{\"n\":1}");
    assertThat(on.api.get(all + "?with_content=false").at("/data/0/payload").isEmpty()).isTrue();
  }

  @Test
  void areListedInShortPagesIfTheirPayloadsAreLarge() {
    String payload = "\"" + "x".repeat(1_000_000) + "\"";
    String body = "{\"eventType\":\"a\",\"payload\":" + payload + "}";
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    List<String> sent =
        IntStream.range(0, 12).mapToObj(i -> on.api.post(all, body).expect(202).id()).toList();
    Reply first = on.api.get(all + "?limit=50").expect(200);
    assertThat(first.at("/data").size()).as("what fits into 2 MiB").isEqualTo(2);
    assertThat(first.at("/done").asBoolean()).isFalse();
    assertThat(on.walk(all, 50)).isEqualTo(sent.reversed());
    assertThat(on.walk(on.app + "/endpoint/held/msg", 50)).isEqualTo(sent.reversed());
    assertThat(on.walk(all + "?with_content=false", 12)).isEqualTo(sent.reversed());
    assertThat(on.api.get(all + "?with_content=false").at("/data").size()).isEqualTo(12);
  }

  @Test
  void areFilteredByTypeChannelAndTag() {
    String one = on.send("a", "\"channels\":[\"c\"],\"tags\":[\"t\"]");
    String other = on.send("b");
    assertThat(Deliveries.ids(on.api.get(all + "?tag=t").expect(200))).containsExactly(one);
    assertThat(Deliveries.ids(on.api.get(all + "?channel=c").expect(200))).containsExactly(one);
    assertThat(Deliveries.ids(on.api.get(all + "?event_types=b").expect(200)))
        .containsExactly(other);
    assertThat(Deliveries.ids(on.api.get(all + "?tag=none").expect(200))).isEmpty();
  }

  @Test
  void areFoundByTheirIdAndByTheSendersOwn() {
    String id = on.send("a", "\"eventId\":\"mine-1\"");
    Reply byId = on.api.get(all + "/" + id).expect(200);
    assertThat(byId.at("/eventId").asString()).isEqualTo("mine-1");
    assertThat(on.api.get(all + "/mine-1").expect(200).json()).isEqualTo(byId.json());
    on.api.get(all + "/mine-2").expect(404);
  }

  @Test
  void loseTheirPayloadForGood() {
    String id = on.send("a");
    on.api.delete(all + "/" + id + "/content").expect(204);
    assertThat(on.api.get(all + "/" + id).expect(200).at("/payload").toString())
        .isEqualTo("{\"expired\":true}");
    on.api.get(all + "/" + id + "/raw").expect(404);
    on.api.delete(all + "/" + id + "/content").expect(204);
    on.api.delete(all + "/msg_none/content").expect(404);
  }
}
