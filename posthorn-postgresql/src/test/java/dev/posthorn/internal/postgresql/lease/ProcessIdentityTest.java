package dev.posthorn.internal.postgresql.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  private static ProcessIdentity own() {
    @Nullable ProcessIdentity current = ProcessIdentity.current();
    assumeThat(current).as("Linux, with a /proc that shows all processes").isNotNull();
    return Objects.requireNonNull(current);
  }

  /** Starts a process that runs until it is killed. */
  static Process start() throws IOException {
    return new ProcessBuilder("sleep", "3600").start();
  }

  @Test
  void aProcessHasEndedOnceItIsGone() throws Exception {
    ProcessIdentity own = own();
    assertThat(own.hasEnded()).isFalse();
    Process process = start();
    try {
      ProcessIdentity identity = Objects.requireNonNull(ProcessIdentity.of(process.pid()));
      assertThat(identity).isNotEqualTo(own);
      assertThat(identity.hasEnded()).isFalse();
      process.destroyForcibly().waitFor();
      assertThat(identity.hasEnded()).isTrue();
      assertThat(ProcessIdentity.of(process.pid())).isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anotherProcessWithTheSameIdIsNotTheSame() {
    ProcessIdentity own = own();
    assertThat(new ProcessIdentity(own.machine(), own.pid(), own.start() - 1).hasEnded()).isTrue();
  }

  @Test
  void nobodyKnowsWhatHasEndedOnAnotherMachine() {
    ProcessIdentity own = own();
    String other = own.machine().replaceFirst("^[^/]*", "another boot");
    assertThat(new ProcessIdentity(other, own.pid(), own.start() - 1).hasEnded()).isFalse();
  }

  @Test
  void theTextHasAllOfIt() {
    ProcessIdentity own = own();
    assertThat(ProcessIdentity.parse(own.text())).isEqualTo(own);
    assertThat(ProcessIdentity.parse("")).isNull();
    assertThat(ProcessIdentity.parse("of another version")).isNull();
  }
}
