package dev.posthorn.internal.id;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Converts ids to the strings that users see, and back.
 *
 * <p>A public id is a prefix, the id in base 62 (eleven digits, so that strings sort as ids do),
 * and a tag of sixteen digits that only this store's key can make: 27 digits in all, as many as a
 * KSUID has, which clients of the Svix API may check. It needs no column and no index, and a
 * mistyped or guessed id is rejected without reading the store. The tag is two words of SipHash-2-4
 * (Aumasson and Bernstein, 2012), each cut to eight digits.
 */
public final class PublicIds {
  private static final byte[] DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
          .getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_DIGITS = 11;
  private static final int HALF_DIGITS = 8;
  private static final int TAG_DIGITS = 2 * HALF_DIGITS;

  /** The characters of a public id after its prefix and the underscore. */
  static final int DIGITS_OF_ID = ID_DIGITS + TAG_DIGITS;

  private static final long HALF_RANGE = 218_340_105_584_896L; // 62 to the power of 8

  private final long key0;
  private final long key1;

  /** Creates the public ids of one store, from its 128-bit key. */
  public PublicIds(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /**
   * Returns a public id that no store's key made: random digits of the same number, chosen before
   * there is an id. A store keeps it with what it names.
   */
  public static String random(IdPrefix kind) {
    StringBuilder text = new StringBuilder(kind.text()).append('_');
    byte[] bytes = new byte[DIGITS_OF_ID];
    while (text.length() < kind.text().length() + 1 + DIGITS_OF_ID) {
      RANDOM.nextBytes(bytes);
      for (byte each : bytes) {
        int digit = each & 0x3f; // of 64 values two are left out, so that all digits are as likely
        if (digit < DIGITS.length && text.length() < kind.text().length() + 1 + DIGITS_OF_ID) {
          text.append((char) DIGITS[digit]);
        }
      }
    }
    return text.toString();
  }

  /**
   * Returns the public id of a message.
   *
   * @param chosen the one that its sender chose, or null: then it is made of the id
   */
  public String message(long id, @Nullable String chosen) {
    return chosen != null ? chosen : format(IdPrefix.MESSAGE, id);
  }

  /** Returns the public form of an id, such as {@code msg_0FyVq3kU2dKx8Na1BqLm04TzRw7}. */
  public String format(IdPrefix kind, long id) {
    String prefix = kind.text();
    int start = prefix.length() + 1;
    byte[] out = new byte[start + DIGITS_OF_ID];
    for (int i = 0; i < start - 1; i++) {
      out[i] = (byte) prefix.charAt(i);
    }
    out[start - 1] = '_';
    digits(id, out, start, ID_DIGITS);
    tag(prefix, id, out, start + ID_DIGITS);
    return new String(out, StandardCharsets.ISO_8859_1); // no more bytes than the string has anyway
  }

  /** Returns the id behind its public form, or nothing if this store did not create it. */
  public OptionalLong parse(IdPrefix kind, String text) {
    String prefix = kind.text();
    int start = prefix.length() + 1;
    if (text.length() != start + DIGITS_OF_ID
        || !text.startsWith(prefix)
        || text.charAt(start - 1) != '_') {
      return OptionalLong.empty();
    }
    long id = number(text, start, ID_DIGITS);
    return id > 0 && isTagged(prefix, id, text, start + ID_DIGITS)
        ? OptionalLong.of(id)
        : OptionalLong.empty();
  }

  /** Returns whether a text has the form of a public id, whoever made it. */
  public static boolean isForm(IdPrefix kind, String text) {
    int start = kind.text().length() + 1;
    if (text.length() != start + DIGITS_OF_ID || !text.startsWith(kind.text() + "_")) {
      return false;
    }
    return text.chars().skip(start).allMatch(c -> digit((char) c) >= 0);
  }

  private boolean isTagged(String prefix, long id, String text, int start) {
    byte[] tag = new byte[TAG_DIGITS];
    tag(prefix, id, tag, 0);
    int difference = 0;
    for (int i = 0; i < TAG_DIGITS; i++) {
      difference |= tag[i] ^ text.charAt(start + i);
    }
    return difference == 0;
  }

  private static void digits(long number, byte[] out, int start, int count) {
    long rest = number;
    for (int i = start + count - 1; i >= start; i--) {
      out[i] = DIGITS[(int) (rest % 62)];
      rest /= 62;
    }
  }

  private static long number(String text, int start, int count) {
    long number = 0;
    for (int i = start; i < start + count; i++) {
      int digit = digit(text.charAt(i));
      if (digit < 0 || number > (Long.MAX_VALUE - digit) / 62) {
        return -1;
      }
      number = number * 62 + digit;
    }
    return number;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'A' && c <= 'Z') {
      return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
  }

  private void tag(String prefix, long id, byte[] out, int start) {
    // One key per prefix: if prefix and id were mixed into one word, the tag of one type's id would
    // fit a forged id of another type.
    long prefixKey = SipHash.hash(key0, key1, prefix.hashCode());
    long first = SipHash.hash(prefixKey, key1, id);
    digits(Long.remainderUnsigned(first, HALF_RANGE), out, start, HALF_DIGITS);
    long second = SipHash.hash(prefixKey, key1, ~id);
    digits(Long.remainderUnsigned(second, HALF_RANGE), out, start + HALF_DIGITS, HALF_DIGITS);
  }
}
