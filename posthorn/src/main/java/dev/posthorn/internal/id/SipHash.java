package dev.posthorn.internal.id;

/** SipHash-2-4 of one 64-bit word (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). */
final class SipHash {
  private SipHash() {}

  static long hash(long key0, long key1, long word) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    // Two message words: the given one, and the closing one with the length of 8 bytes.
    long[] words = {word, 8L << 56};
    for (int i = 0; i < 3; i++) {
      boolean closing = i == 2;
      if (closing) {
        v2 ^= 0xff;
      } else {
        v3 ^= words[i];
      }
      for (int round = closing ? 4 : 2; round > 0; round--) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      if (!closing) {
        v0 ^= words[i];
      }
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
