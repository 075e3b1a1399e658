package dev.posthorn.internal.id;

import static org.assertj.core.api.Assertions.assertThat;

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
  void ids_that_were_skipped_are_not_given_again() {
    IdSequence ids = new IdSequence(0);
    long first = ids.next(NOW);
    ids.skip(5);

    assertThat(ids.last()).isEqualTo(first + 5);
    assertThat(ids.next(NOW)).isEqualTo(first + 6);
  }
}
