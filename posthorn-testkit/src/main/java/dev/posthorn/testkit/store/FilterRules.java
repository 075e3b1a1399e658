package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists can be narrowed, and what has a name of the sender's is found by it. */
interface FilterRules extends StoreRules {

  private static MessageRow message(
      long id, String type, @Nullable String channel, @Nullable String tag, long... targets) {
    return new MessageRow(
        id,
        Rows.APPLICATION,
        MessageSpec.of(type)
            .withChannels(channel == null ? List.of() : List.of("c0", channel))
            .withTags(tag == null ? List.of() : List.of("t0", tag)),
        targets,
        new byte[] {1});
  }

  private List<Long> messages(MessageFilter filter) {
    MessageQuery query = new MessageQuery(Rows.APPLICATION, PageRequest.oldest(10), filter);
    return Pages.of(reads(), query).rows().stream().map(MessageRow::id).toList();
  }

  private List<Long> attempts(long endpoint, long message, AttemptFilter filter) {
    AttemptQuery query = new AttemptQuery(endpoint, message, PageRequest.oldest(10), filter);
    return Pages.of(reads(), query).rows().stream().map(AttemptRow::id).toList();
  }

  private static AttemptRow attempt(
      long id, long message, AttemptKind kind, DeliveryState state, int status) {
    return AttemptRow.of(id, message, message + 1, 5)
        .kind(kind)
        .state(state)
        .spent(1)
        .status(status)
        .build();
  }

  private static AttemptRow exchange(long id, long message, DeliveryState state, int status) {
    return attempt(id, message, AttemptKind.SCHEDULED, state, status);
  }

  private static MessageFilter byEvent(String eventId) {
    return new MessageFilter(Set.of(), null, null, eventId, 0);
  }

  @Test
  default void messagesAreFilteredByTagAndTarget() {
    commit(
        b -> {
          b.messages.add(message(1, "a", null, "x", 5));
          b.messages.add(message(2, "b", "y", "z", 6, 5));
          b.messages.add(message(3, "b", "y", "x", 6));
          b.messages.add(message(4, "b", "y", null));
        });
    assertThat(messages(MessageFilter.NONE)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(messages(new MessageFilter(Set.of(), null, "x", null, 0))).containsExactly(1L, 3L);
    assertThat(messages(new MessageFilter(Set.of(), null, "y", null, 0))).isEmpty();
    assertThat(messages(new MessageFilter(Set.of(), null, null, null, 5))).containsExactly(1L, 2L);
    assertThat(messages(new MessageFilter(Set.of("b"), "y", "x", null, 6))).containsExactly(3L);
  }

  @Test
  default void messagesAreFoundByTheSendersId() {
    commit(
        b -> {
          b.messages.add(Rows.withEvent("e1", Rows.message(1)));
          b.messages.add(Rows.withEvent("e2", Rows.message(2)));
          b.messages.add(Rows.message(3));
          b.messages.add(Rows.withEvent("e1", Rows.message(4)));
          b.messages.add(
              Rows.withEvent("e1", Rows.message(5, Rows.application(8), "other application")));
          b.messages.add(Rows.withEvent("", Rows.message(6)));
          b.idFloor = 6;
        });
    assertEvents();
    // Lets a store index what it has.
    upkeep(2);
    assertEventsButTheFirst();
    kill();
    assertEventsButTheFirst();
    commit(b -> b.messages.add(Rows.withEvent("e1", Rows.message(7))));
    assertThat(messages(byEvent("e1"))).containsExactly(4L, 7L);
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e1"))
        .usingRecursiveComparison()
        .isEqualTo(Rows.withEvent("e1", Rows.message(7)));
    commit(b -> b.idFloor = 20);
    upkeep(7);
    assertThat(messages(byEvent("e1"))).containsExactly(7L);
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e2")).isNull();
  }

  private void assertEvents() {
    assertThat(messages(byEvent("e1"))).containsExactly(1L, 4L);
    assertEventsButTheFirst();
  }

  private void assertEventsButTheFirst() {
    assertThat(messages(byEvent("e1"))).contains(4L).doesNotContain(5L);
    assertThat(messages(byEvent("e2"))).containsExactly(2L);
    assertThat(messages(byEvent(""))).containsExactly(6L);
    assertThat(messages(byEvent("e3"))).isEmpty();
    assertThat(messages(new MessageFilter(Set.of("invoice.sent"), null, null, "e2", 0))).isEmpty();
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e1"))
        .usingRecursiveComparison()
        .isEqualTo(Rows.withEvent("e1", Rows.message(4)));
    assertThat(reads().messageByEvent(Rows.application(8), "e1"))
        .extracting(MessageRow::id)
        .isEqualTo(5L);
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e3")).isNull();
  }

  @Test
  default void attemptsAreFilteredByStatusAndSuccess() {
    commit(
        b -> {
          b.attempts.add(exchange(1, 100, DeliveryState.SUCCEEDED, 204));
          b.attempts.add(exchange(2, 100, DeliveryState.WAITING, 503));
          b.attempts.add(exchange(3, 100, DeliveryState.WAITING, 0));
          b.attempts.add(exchange(4, 100, DeliveryState.FAILED, 404));
          b.attempts.add(attempt(5, 100, AttemptKind.NONE, DeliveryState.CANCELLED, 0));
          b.attempts.add(attempt(6, 100, AttemptKind.NONE, DeliveryState.FAILED, 0));
        });
    assertThat(attempts(5, 0, statuses(5, 2))).containsExactly(1L, 2L);
    assertThat(attempts(5, 0, statuses(0))).containsExactly(3L, 5L, 6L);
    assertThat(attempts(5, 0, succeeded(true))).containsExactly(1L);
    assertThat(attempts(5, 0, succeeded(false))).containsExactly(2L, 3L, 4L, 6L);
    assertThat(attempts(5, 0, AttemptFilter.byState(DeliveryState.FAILED))).containsExactly(4L, 6L);
    assertThat(
            attempts(
                5,
                0,
                new AttemptFilter(DeliveryState.WAITING, Set.of(0, 4), false, MessageFilter.NONE)))
        .containsExactly(3L);
  }

  private static AttemptFilter statuses(Integer... classes) {
    return new AttemptFilter(null, Set.of(classes), null, MessageFilter.NONE);
  }

  private static AttemptFilter succeeded(boolean succeeded) {
    return new AttemptFilter(null, Set.of(), succeeded, MessageFilter.NONE);
  }

  @Test
  default void attemptsAreFilteredByTheirMessage() {
    commit(
        b -> {
          b.messages.add(message(10, "a", "x", null, 5));
          b.messages.add(message(20, "b", "x", "t", 5));
          for (int i = 1; i <= 3; i++) {
            // The third has no message: it is gone.
            b.attempts.add(exchange(i, i * 10L, DeliveryState.SUCCEEDED, 200));
            b.attempts.add(exchange(3 + i, i * 10L, DeliveryState.FAILED, 400));
          }
        });
    assertThat(attempts(5, 0, of(new MessageFilter(Set.of("b", "c"), null, null, null, 0))))
        .containsExactly(2L, 5L);
    assertThat(attempts(5, 0, of(new MessageFilter(Set.of(), "x", null, null, 0))))
        .containsExactly(1L, 2L, 4L, 5L);
    assertThat(attempts(5, 0, of(new MessageFilter(Set.of(), null, "t", null, 0))))
        .containsExactly(2L, 5L);
    assertThat(attempts(0, 20, of(new MessageFilter(Set.of(), "y", null, null, 0)))).isEmpty();
    assertThat(
            attempts(
                5,
                0,
                new AttemptFilter(
                    null, Set.of(4), null, new MessageFilter(Set.of("a"), null, null, null, 0))))
        .containsExactly(4L);
  }

  private static AttemptFilter of(MessageFilter messages) {
    return new AttemptFilter(null, Set.of(), null, messages);
  }

  @Test
  default void attemptsOfAMessageAreListedInPagesAndByEndpoint() {
    commit(
        b -> {
          for (int i = 1; i <= 25; i++) {
            b.attempts.add(Rows.attempt(200 + i, 100 + i % 2, 5 + i % 3));
          }
        });
    assertThat(attempts(0, 101, AttemptFilter.NONE)).hasSize(10).startsWith(201L, 203L, 205L);
    assertThat(attempts(6, 101, AttemptFilter.NONE)).containsExactly(201L, 207L, 213L, 219L, 225L);
    assertThat(attempts(9, 101, AttemptFilter.NONE)).isEmpty();
    Page<AttemptRow> newest =
        Pages.of(reads(), new AttemptQuery(0, 101, PageRequest.before(224, 3), AttemptFilter.NONE));
    assertThat(newest.rows()).extracting(AttemptRow::id).containsExactly(223L, 221L, 219L);
    assertThat(newest.next()).isEqualTo(219);
    Page<AttemptRow> last =
        Pages.of(reads(), new AttemptQuery(0, 101, PageRequest.after(219, 3), AttemptFilter.NONE));
    assertThat(last.rows()).extracting(AttemptRow::id).containsExactly(221L, 223L, 225L);
    assertThat(last.done()).isTrue();
    assertThatThrownBy(() -> attempts(0, 0, AttemptFilter.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint")
        .hasMessageContaining("message");
  }

  @Test
  default void anAttemptIsFoundByItsId() {
    AttemptRow row = Rows.attempt(3, 1, 5);
    commit(b -> b.attempts.add(row));
    assertThat(reads().attempt(3)).usingRecursiveComparison().isEqualTo(row);
    assertThat(reads().attempt(2)).isNull();
    assertThat(reads().attempt(4)).isNull();
  }
}
