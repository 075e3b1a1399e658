package dev.posthorn.testkit.receiver;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values in the encoding of certificates, DER: a tag, a length, and the content. */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int NULL = 0x05;
  private static final int OBJECT_ID = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int SHORT_LENGTHS = 0x80;
  private static final int BASE = 128;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Der() {}

  /** Returns values after each other, with a tag. */
  static byte[] tagged(int tag, byte[]... values) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] value : values) {
      content.writeBytes(value);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    if (content.size() < SHORT_LENGTHS) {
      all.write(content.size());
    } else {
      byte[] length = BigInteger.valueOf(content.size()).toByteArray();
      int leadingZeros = length[0] == 0 ? 1 : 0;
      all.write(SHORT_LENGTHS + length.length - leadingZeros);
      all.write(length, leadingZeros, length.length - leadingZeros);
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  static byte[] sequence(byte[]... values) {
    return tagged(SEQUENCE, values);
  }

  static byte[] set(byte[] value) {
    return tagged(SET, value);
  }

  static byte[] integer(BigInteger number) {
    return tagged(INTEGER, number.toByteArray());
  }

  static byte[] nothing() {
    return tagged(NULL);
  }

  static byte[] octets(byte[] content) {
    return tagged(OCTET_STRING, content);
  }

  /** Returns whole bytes as a string of bits. */
  static byte[] bits(byte[] content) {
    return tagged(BIT_STRING, new byte[1], content);
  }

  static byte[] text(String text) {
    return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant time) {
    return tagged(UTC_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns an object identifier, such as 2.5.4.3. */
  static byte[] objectId(String id) {
    String[] numbers = id.split("\\.", -1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
    for (int i = 2; i < numbers.length; i++) {
      int number = Integer.parseInt(numbers[i]);
      for (int bits = 28; bits > 0; bits -= 7) {
        if (number >> bits != 0) {
          content.write(BASE | ((number >> bits) & (BASE - 1)));
        }
      }
      content.write(number & (BASE - 1));
    }
    return tagged(OBJECT_ID, content.toByteArray());
  }
}
