package dev.posthorn.spi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  void each_of_its_lists_counts() throws IllegalAccessException {
    List<String> counted = counted(Batch.class, batch -> batch);
    assertThat(counted).containsExactlyInAnyOrder("settings", "dedupe");
  }

  @Test
  void each_list_of_a_partition_counts() throws IllegalAccessException {
    List<String> counted = counted(PartitionBatch.class, batch -> batch.in(3));
    assertThat(counted).hasSizeGreaterThanOrEqualTo(9);
  }

  /** Returns the names of the lists of a class, each of which must count if it has an element. */
  @SuppressWarnings("unchecked") // nothing reads what is added
  private static List<String> counted(Class<?> type, Function<Batch, Object> part)
      throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : type.getFields()) {
      if (field.getType() == List.class) {
        Batch batch = new Batch();
        assertThat(batch.isEmpty()).isTrue();
        ((List<Object>) field.get(part.apply(batch))).add(new Object());
        assertThat(batch.isEmpty()).as(field.getName()).isFalse();
        assertThat(batch.size()).as(field.getName()).isEqualTo(1);
        names.add(field.getName());
      }
    }
    return names;
  }
}
