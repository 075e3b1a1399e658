package dev.posthorn.internal.http.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DescriptorTableTest {
  @Test
  void growsAheadAndLeavesNothingOpen() throws IOException {
    int before = DescriptorTable.size();
    FileDescriptors at = FileDescriptors.now();
    assumeThat(before).as("known").isLessThan(20_000);
    assumeThat(at.most() - at.open()).as("free").isGreaterThan(3L * before);
    DescriptorTable.grow(2 * before);
    assertThat(DescriptorTable.size()).isGreaterThanOrEqualTo(2 * before);
    assertThat(FileDescriptors.now().open()).isLessThan(at.open() + before);
  }
}
