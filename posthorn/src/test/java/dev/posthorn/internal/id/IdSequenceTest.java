package dev.posthorn.internal.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSequenceTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final int PER_MILLISECOND = 1 << 21;

  @Test
  void the_first_id_of_a_millisecond_tells_its_time() {
    long id = new IdSequence(0).next(NOW);

    assertThat(id).isEqualTo(Ids.firstAt(NOW));
    assertThat(Ids.timeOf(id)).isEqualTo(NOW);
  }

  @Test
  void ids_of_one_millisecond_follow_each_other() {
    IdSequence ids = new IdSequence(0);
    long first = ids.next(NOW);

    assertThat(ids.next(NOW)).isEqualTo(first + 1);
    assertThat(ids.next(NOW)).isEqualTo(first + 2);
    assertThat(ids.next(NOW + 1)).isEqualTo(Ids.firstAt(NOW + 1));
  }

  @Test
  void ids_grow_though_the_clock_goes_back() {
    IdSequence ids = new IdSequence(0);
    long before = ids.next(NOW);

    assertThat(ids.next(NOW - 3_600_000)).isEqualTo(before + 1);
    assertThat(ids.next(-1)).isEqualTo(before + 2);
    assertThat(ids.last()).isEqualTo(before + 2);
  }

  @Test
  void ids_go_on_after_the_floor() {
    long floor = Ids.firstAt(NOW) + 17;

    assertThat(new IdSequence(floor).next(NOW)).isEqualTo(floor + 1);
    assertThat(new IdSequence(floor).next(NOW + 1)).isEqualTo(Ids.firstAt(NOW + 1));
  }

  @Test
  void more_ids_than_a_millisecond_has_borrow_from_the_next_ones() {
    IdSequence ids = new IdSequence(0);
    long last = ids.next(NOW);
    for (int i = 1; i <= PER_MILLISECOND; i++) {
      long next = ids.next(NOW);
      if (next <= last) {
        assertThat(next).as("id %d of the millisecond", i).isGreaterThan(last);
      }
      last = next;
    }

    assertThat(Ids.timeOf(last)).isEqualTo(NOW + 1);
    assertThat(ids.next(NOW + 1)).as("the clock has not caught up").isEqualTo(last + 1);
    assertThat(ids.next(NOW + 2)).as("it has").isEqualTo(Ids.firstAt(NOW + 2));
  }

  @Test
  void ids_that_were_reserved_are_not_given_again() {
    IdSequence ids = new IdSequence(0);
    long first = ids.next(NOW, 5);

    assertThat(ids.last()).isEqualTo(first + 5);
    assertThat(ids.next(NOW)).isEqualTo(first + 6);
  }

  @Test
  void no_two_slots_have_the_same_id() {
    Random random = new Random(1);
    Set<Long> given = new HashSet<>();
    List<IdSequence> slots = new ArrayList<>();
    for (int slot : new int[] {0, 1, 17, 254, 255}) {
      IdSequence ids = new IdSequence(Ids.firstAt(NOW) + random.nextInt(PER_MILLISECOND));
      ids.use(slot);
      slots.add(ids);
    }
    for (int i = 0; i < 3_000; i++) {
      IdSequence ids = slots.get(random.nextInt(slots.size()));
      long before = ids.last();
      int more = random.nextInt(random.nextInt(50) == 0 ? 20_000 : 20);
      long id = ids.next(NOW + i / 100 + random.nextInt(3), more);
      assertThat(id).isGreaterThan(before);
      for (long each = id; each <= id + more; each++) {
        assertThat(given.add(each)).as("%d is given once", each).isTrue();
      }
    }
  }

  @Test
  void ids_of_a_slot_stay_close_to_the_time_however_many_they_are_at_once() {
    IdSequence ids = new IdSequence(0);
    ids.use(3);
    for (int i = 0; i < 200; i++) {
      ids.next(NOW, 5_000);
    }
    assertThat(Ids.timeOf(ids.last())).isBetween(NOW, NOW + IdSequence.SLOTS);
    assertThat(Ids.timeOf(ids.next(NOW + 300))).isEqualTo(NOW + 300);
    assertThatThrownBy(() -> ids.next(NOW, PER_MILLISECOND / 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ids.use(256)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void who_takes_a_slot_gives_greater_ids_than_who_had_it() {
    IdSequence first = new IdSequence(0);
    first.use(7);
    long last = first.next(NOW + 5_000, 9);
    IdSequence second = new IdSequence(0);
    second.use(7);
    second.continueAfter(last);
    assertThat(second.next(NOW)).isGreaterThan(last);
  }
}
