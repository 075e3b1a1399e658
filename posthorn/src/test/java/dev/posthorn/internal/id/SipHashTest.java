package dev.posthorn.internal.id;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {

  /** From the vectors of the reference implementation: key 00 to 0f, message 00 to 07. */
  @Test
  void is_the_published_SipHash_2_4_of_an_eight_byte_message() {
    long key0 = 0x0706050403020100L;
    long key1 = 0x0f0e0d0c0b0a0908L;
    long message = 0x0706050403020100L;

    assertThat(SipHash.hash(key0, key1, message)).isEqualTo(0x93f5f5799a932462L);
  }
}
