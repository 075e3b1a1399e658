package dev.posthorn.spi.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The IPv4 addresses carried by IPv6 addresses, which tunnels and translators lead to. */
final class CarriedAddresses {
  private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16"); // RFC 3056
  private static final Cidr TEREDO = Cidr.parse("2001::/32"); // RFC 4380
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96"); // RFC 6052
  private static final Cidr LOCAL_NAT64 = Cidr.parse("64:ff9b:1::/48"); // RFC 8215

  /** Prefixes of the addresses whose last four bytes are an IPv4 address. */
  private static final byte[] COMPATIBLE = new byte[12];

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] TRANSLATED = {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0};

  private CarriedAddresses() {}

  /** Returns all IPv4 addresses that an address may carry; none if it is an IPv4 address itself. */
  static List<byte[]> of(byte[] address) {
    List<byte[]> carried = new ArrayList<>(2);
    if (address.length == 4) {
      return carried;
    }
    if (isOnlyLastFour(address) || isIsatap(address)) {
      carried.add(ipv4(address, 12, 13, 14, 15));
    }
    if (SIX_TO_FOUR.contains(address)) {
      carried.add(ipv4(address, 2, 3, 4, 5));
    }
    if (TEREDO.contains(address)) {
      carried.add(ipv4(address, 4, 5, 6, 7));
      carried.add(inverted(ipv4(address, 12, 13, 14, 15))); // RFC 4380, section 4
    }
    if (LOCAL_NAT64.contains(address)) {
      // The position depends on a prefix that only its network knows; byte 8 is skipped.
      carried.add(ipv4(address, 6, 7, 9, 10));
      carried.add(ipv4(address, 7, 9, 10, 11));
      carried.add(ipv4(address, 9, 10, 11, 12));
      carried.add(ipv4(address, 12, 13, 14, 15));
    }
    return carried;
  }

  /**
   * Returns whether an address stands only for the addresses it carries, so that a block of IPv6
   * addresses does not apply to it.
   */
  static boolean isOnlyThat(byte[] address) {
    return address.length == 16
        && (isOnlyLastFour(address) || SIX_TO_FOUR.contains(address) || TEREDO.contains(address));
  }

  /** Returns whether an address belongs to a local translator (NAT64), wherever that leads. */
  static boolean isLocalNat64(byte[] address) {
    return LOCAL_NAT64.contains(address);
  }

  private static boolean isOnlyLastFour(byte[] address) {
    return NAT64.contains(address)
        || startsWith(address, MAPPED)
        || startsWith(address, TRANSLATED)
        || (startsWith(address, COMPATIBLE) && !isUnspecifiedOrLoopback(address));
  }

  private static boolean isUnspecifiedOrLoopback(byte[] address) {
    return address[12] == 0 && address[13] == 0 && address[14] == 0 && (address[15] & ~1) == 0;
  }

  /** An interface identifier of 00-00-5E-FE or 02-00-5E-FE and an IPv4 address (RFC 5214). */
  private static boolean isIsatap(byte[] address) {
    return (address[8] & ~0x02) == 0
        && address[9] == 0
        && address[10] == 0x5e
        && address[11] == (byte) 0xfe;
  }

  private static byte[] ipv4(byte[] address, int first, int second, int third, int fourth) {
    return new byte[] {address[first], address[second], address[third], address[fourth]};
  }

  private static byte[] inverted(byte[] address) {
    byte[] inverted = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      inverted[i] = (byte) ~address[i];
    }
    return inverted;
  }

  private static boolean startsWith(byte[] address, byte[] prefix) {
    return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
  }
}
