package dev.posthorn.spring.boot.test.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.test.PosthornTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A test that empties its store after each method must never open that of the program. */
@PosthornTest(
    properties = {
      "posthorn.store.type=postgresql",
      "posthorn.store.postgresql.url=postgresql://127.0.0.1:1/billing",
      "posthorn.keys.secret=0101010101010101010101010101010101010101010101010101010101010101"
    })
class OwnFileTest {
  @Autowired private PosthornOptions options;

  @Test
  void theStoreIsAFileWhateverTheProgramHas() {
    assertThat(options.postgresql()).isNull();
    assertThat(options.file()).exists();
  }
}
