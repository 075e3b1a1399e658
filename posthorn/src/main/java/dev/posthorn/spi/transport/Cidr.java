package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A block of IP addresses with a common prefix. */
record Cidr(byte[] network, int bits) {

  private static final Pattern IPV4 =
      Pattern.compile(
          "(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /**
   * Parses a block such as {@code 10.0.0.0/8} or {@code fd00::/8}, or a single address.
   *
   * @throws IllegalArgumentException if the text is invalid; the message names the problem and the
   *     remedy
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw bad(text, "it does not begin with an IPv4 or IPv6 address");
    }
    byte[] network = address.getAddress();
    int all = network.length * 8;
    int bits = slash < 0 ? all : prefixLength(text.substring(slash + 1), all);
    if (bits < 0) {
      throw bad(text, "the number after the slash must be 0 to " + all);
    }
    byte[] masked = mask(network, bits);
    if (!java.util.Arrays.equals(masked, network)) {
      throw bad(
          text,
          "it has bits set beyond the first " + bits + "; the block is " + show(masked, bits));
    }
    return new Cidr(network, bits);
  }

  /** Returns the address that {@code text} spells in its usual form, or null; never queries DNS. */
  static @Nullable InetAddress literal(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = bits >> 3;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = bits & 7;
    return rest == 0 || ((address[whole] ^ network[whole]) & 0xff) >> (8 - rest) == 0;
  }

  private static int prefixLength(String text, int max) {
    if (!text.matches("\\d{1,3}")) {
      return -1;
    }
    int bits = Integer.parseInt(text);
    return bits > max ? -1 : bits;
  }

  private static byte[] mask(byte[] address, int bits) {
    byte[] masked = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      int keep = Math.clamp(bits - 8L * i, 0, 8);
      masked[i] = (byte) (address[i] & (0xff00 >> keep));
    }
    return masked;
  }

  private static String show(byte[] network, int bits) {
    try {
      return InetAddress.getByAddress(network).getHostAddress() + "/" + bits;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException(
        "allowed addresses: '"
            + text
            + "' is not a block of addresses: "
            + why
            + "; give one like 10.0.0.0/8, fd00::/8 or 192.168.1.20");
  }
}
