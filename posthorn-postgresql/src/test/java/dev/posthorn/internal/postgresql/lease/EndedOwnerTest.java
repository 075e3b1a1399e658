package dev.posthorn.internal.postgresql.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An owner that has crashed, and a process that is started on the same machine, or another one. */
@ExtendWith(PostgresqlExtension.class)
class EndedOwnerTest {
  private TestDatabase database;
  private Process owner;

  @BeforeEach
  void create(TestDatabase own) throws Exception {
    assumeThat(ProcessIdentity.current()).as("Linux, with all of /proc").isNotNull();
    database = own;
    owner = ProcessIdentityTest.start();
    new Schema(impatient()).migrate();
  }

  @AfterEach
  void end() {
    owner.destroyForcibly();
  }

  private Database impatient() {
    return Database.of(
        PostgresqlOptions.builder(database.url()).openTimeout(Duration.ZERO).build());
  }

  /** Says that the lease is that of a process. */
  private void ownedBy(ProcessIdentity process) {
    database.execute("UPDATE posthorn.node SET process = '" + process.text() + "'");
  }

  private ProcessIdentity ownerHere() {
    return Objects.requireNonNull(ProcessIdentity.of(owner.pid()));
  }

  private void kill() throws InterruptedException {
    owner.destroyForcibly().waitFor();
  }

  private void assertWaitedFor() {
    assertThatThrownBy(() -> LeaseAcquisition.acquire(impatient()))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
  }

  @Test
  void anOwnerThatHasEndedOnThisMachineIsNotWaitedFor() throws Exception {
    try (OwnedLease first = LeaseAcquisition.acquire(impatient());
        Sessions sessions = impatient().sessions(first)) {
      ownedBy(ownerHere());
      assertWaitedFor();
      kill();
      try (OwnedLease second = LeaseAcquisition.acquire(impatient())) {
        assertThat(second.isHeld()).isTrue();
        assertThatThrownBy(() -> sessions.writer().transact(session -> true))
            .hasMessageContaining("has taken over");
      }
    }
  }

  @Test
  void anOwnerOnAnotherMachineIsWaitedFor() throws Exception {
    ProcessIdentity here = ownerHere();
    try (OwnedLease first = LeaseAcquisition.acquire(impatient())) {
      ownedBy(new ProcessIdentity("elsewhere/pid:[1]/0", here.pid(), here.start()));
      kill();
      assertWaitedFor();
      database.execute("UPDATE posthorn.node SET process = NULL");
      assertWaitedFor();
      assertThat(first.isHeld()).isTrue();
    }
  }
}
