package dev.posthorn.internal.http.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileDescriptorsTest {
  @Test
  void halfOfThoseThatAreFreeAreForReceiversAQuarterForClientsAndOneForLookUps() {
    FileDescriptors usual = new FileDescriptors(1_024, 160);
    assertThat(usual.forReceivers()).isEqualTo(400);
    assertThat(usual.forClients()).isEqualTo(200);
    assertThat(usual.forLookups()).isEqualTo(200);
  }

  @Test
  void aFewAreUsedHoweverFewThereAre() {
    FileDescriptors few = new FileDescriptors(100, 90);
    assertThat(few.forReceivers()).isEqualTo(8);
    assertThat(few.forClients()).isEqualTo(8);
  }

  @Test
  void theirNumberIsReadFromTheOperatingSystem() {
    FileDescriptors now = FileDescriptors.now();
    assertThat(now.open()).isLessThan(now.most());
    assertThat(now.forReceivers()).isPositive();
  }
}
