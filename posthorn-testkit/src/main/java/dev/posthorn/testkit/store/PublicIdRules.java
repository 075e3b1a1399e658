package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules for messages whose senders chose their public ids. */
interface PublicIdRules extends StoreRules {

  @Test
  default void messagesAreFoundByThePublicIdThatTheirSenderChose() {
    MessageRow first = Rows.withPublicId("msg_a", Rows.withEvent("e1", Rows.message(1, 5)));
    MessageRow other = Rows.withPublicId("msg_A", Rows.message(2, Rows.application(8), "a.b"));
    commit(
        b -> {
          b.messages.add(first);
          b.messages.add(other);
          b.messages.add(Rows.message(3));
          b.idFloor = 3;
        });
    assertFound(first, other);
    upkeep(1);
    assertFound(first, other);
    kill();
    assertFound(first, other);
    reopen();
    assertFound(first, other);
  }

  private void assertFound(MessageRow first, MessageRow other) {
    assertThat(reads().messageByPublicId("msg_a")).usingRecursiveComparison().isEqualTo(first);
    assertThat(reads().messageByPublicId("msg_A")).usingRecursiveComparison().isEqualTo(other);
    assertThat(reads().messageByPublicId("msg_b")).isNull();
    assertThat(reads().messageByPublicId("e1")).isNull();
    assertThat(reads().messageByEvent(Rows.APPLICATION, "msg_a")).isNull();
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e1")).isNotNull();
    assertThat(reads().message(1)).usingRecursiveComparison().isEqualTo(first);
    assertThat(reads().messageWithoutBody(2))
        .usingRecursiveComparison()
        .isEqualTo(other.withoutBody());
    assertThat(Rows.messages(reads(), 1))
        .singleElement()
        .usingRecursiveComparison()
        .isEqualTo(first.withoutTargets());
    assertThat(reads().publicIds(List.of(1L, 2L, 3L, 4L)))
        .isEqualTo(Map.of(1L, "msg_a", 2L, "msg_A"));
    assertThat(reads().publicIds(List.of())).isEmpty();
  }

  @Test
  default void ofTwoMessagesWithTheSamePublicIdTheNewestIsFound() {
    commit(
        b -> {
          b.messages.add(Rows.withPublicId("msg_a", Rows.message(1)));
          b.idFloor = 1;
        });
    upkeep(1);
    commit(
        b -> {
          b.messages.add(Rows.withPublicId("msg_a", Rows.message(4)));
          b.idFloor = 4;
        });
    assertThat(reads().messageByPublicId("msg_a")).extracting(MessageRow::id).isEqualTo(4L);
    assertThat(reads().publicIds(List.of(1L, 4L))).hasSize(2);
  }

  @Test
  default void aBatchThatIsCommittedAgainHasItsPublicIdsOnce() {
    for (int i = 0; i < 2; i++) {
      commit(
          b -> {
            b.messages.add(Rows.withPublicId("msg_a", Rows.message(1)));
            b.idFloor = 1;
          });
    }
    assertThat(reads().messageByPublicId("msg_a")).extracting(MessageRow::id).isEqualTo(1L);
  }

  @Test
  default void aPublicIdGoesWithItsMessage() {
    commit(
        b -> {
          b.messages.add(Rows.withPublicId("msg_a", Rows.message(1)));
          b.messages.add(Rows.withPublicId("msg_b", Rows.message(5)));
          b.idFloor = 20;
        });
    upkeep(5);
    assertThat(reads().messageByPublicId("msg_a")).isNull();
    assertThat(reads().messageByPublicId("msg_b")).extracting(MessageRow::id).isEqualTo(5L);
    assertThat(reads().publicIds(List.of(1L, 5L))).isEqualTo(Map.of(5L, "msg_b"));
  }
}
