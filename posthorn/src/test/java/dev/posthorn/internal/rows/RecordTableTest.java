package dev.posthorn.internal.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordTableTest {
  /** Two columns. */
  record Inner(int a, String b) {}

  /** Three columns. */
  record Outer(long id, @Nullable Inner inner) {}

  private final RecordTable<Outer> table = new RecordTable<>("t", Outer.class, "id");

  @Test
  void aNestedRecordHasItsColumnsInPlace() {
    assertThat(table.values(new Outer(7, new Inner(1, "x")))).containsExactly(7L, 1, "x");
  }

  @Test
  void aNestedRecordThatIsMissingIsNamedAndShiftsNothing() {
    assertThatThrownBy(() -> table.values(new Outer(7, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inner");
  }
}
