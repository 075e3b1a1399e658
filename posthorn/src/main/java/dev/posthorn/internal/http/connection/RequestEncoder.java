package dev.posthorn.internal.http.connection;

import dev.posthorn.spi.transport.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Encodes HTTP/1.1 requests (RFC 9112) directly into bytes; one per loop.
 *
 * <p>Headers were checked before; the encoder nevertheless rejects characters that could end a
 * line.
 */
final class RequestEncoder {

  private byte[] scratch = new byte[1024];
  private int length;

  /**
   * Returns the head, followed by the body if {@code withBody}.
   *
   * @throws IllegalArgumentException if a header has a character that cannot be sent
   */
  ByteBuf encode(
      ByteBufAllocator alloc, Destination destination, HttpRequest request, boolean withBody) {
    byte[] body = request.body();
    length = 0;
    append(destination.start);
    appendDecimal(body.length);
    append('\r', '\n');
    String[] headers = request.headers();
    for (int i = 0; i < headers.length; i += 2) {
      append(headers[i], headers[i]);
      append(':', ' ');
      append(headers[i + 1], headers[i]);
      append('\r', '\n');
    }
    append('\r', '\n');
    ByteBuf out = alloc.directBuffer(length + (withBody ? body.length : 0));
    out.writeBytes(scratch, 0, length);
    if (withBody) {
      out.writeBytes(body);
    }
    return out;
  }

  private void append(String text, String header) {
    int end = text.length();
    room(end);
    byte[] to = scratch;
    int at = length;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw new IllegalArgumentException(
            "the header "
                + header.replaceAll("[^ -~]", "?")
                + " has a character that cannot be sent");
      }
      to[at++] = (byte) c;
    }
    length = at;
  }

  private void append(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, scratch, length, bytes.length);
    length += bytes.length;
  }

  private void append(char first, char second) {
    room(2);
    scratch[length++] = (byte) first;
    scratch[length++] = (byte) second;
  }

  private void appendDecimal(int number) {
    room(10);
    int digits = 1;
    for (int n = number; n >= 10; n /= 10) {
      digits++;
    }
    int n = number;
    for (int at = length + digits - 1; at >= length; at--) {
      scratch[at] = (byte) ('0' + n % 10);
      n /= 10;
    }
    length += digits;
  }

  private void room(int more) {
    if (scratch.length - length < more) {
      scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, length + more));
    }
  }
}
