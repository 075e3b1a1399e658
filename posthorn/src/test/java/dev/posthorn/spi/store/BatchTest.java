package dev.posthorn.spi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  @SuppressWarnings("unchecked") // nothing reads what is added
  void each_of_its_lists_counts() throws IllegalAccessException {
    List<String> uncounted = new ArrayList<>();
    for (Field field : Batch.class.getFields()) {
      if (field.getType() == List.class) {
        Batch batch = new Batch();
        assertThat(batch.isEmpty()).isTrue();
        ((List<Object>) field.get(batch)).add(new Object());
        if (batch.isEmpty() || batch.size() != 1) {
          uncounted.add(field.getName());
        }
      }
    }
    assertThat(uncounted).isEmpty();
    assertThat(Batch.class.getFields()).hasSizeGreaterThan(10);
  }
}
