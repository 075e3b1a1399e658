package dev.posthorn.testkit.chaos;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message of PostgreSQL's protocol.
 *
 * @param type its first byte, or {@link #STARTUP}
 * @param bytes all of its bytes
 */
record Frame(char type, byte[] bytes) {
  /** The type of a message that begins a connection, which has no type byte. */
  static final char STARTUP = 0;

  private static final int MAX_BYTES = 1 << 28;
  private static final int TYPE_AND_LENGTH = 5;

  /** Reads a message that begins a connection. */
  static Frame readStartup(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] all = new byte[checked(length)];
    ByteBuffer.wrap(all).putInt(length);
    in.readFully(all, Integer.BYTES, all.length - Integer.BYTES);
    return new Frame(STARTUP, all);
  }

  /** Reads a message; null at the end of the stream. */
  static @Nullable Frame read(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      return null;
    }
    int length = in.readInt();
    byte[] all = new byte[checked(length) + 1];
    ByteBuffer.wrap(all).put((byte) type).putInt(length);
    in.readFully(all, TYPE_AND_LENGTH, all.length - TYPE_AND_LENGTH);
    return new Frame((char) type, all);
  }

  private static int checked(int length) throws IOException {
    if (length < Integer.BYTES || length > MAX_BYTES) {
      throw new EOFException("not PostgreSQL's protocol: a message of " + length + " bytes");
    }
    return length;
  }

  /** Returns the code of a message that begins a connection. */
  int startupCode() {
    return ByteBuffer.wrap(bytes).getInt(Integer.BYTES);
  }

  /** Returns the zero-terminated string at a position among such strings. */
  String string(int index) {
    int start = TYPE_AND_LENGTH;
    for (int i = 0; ; i++) {
      int end = start;
      while (end < bytes.length && bytes[end] != 0) {
        end++;
      }
      if (i == index) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
      }
      start = end + 1;
    }
  }

  /** Returns the first byte after the length. */
  char first() {
    return (char) bytes[TYPE_AND_LENGTH];
  }
}
