package dev.posthorn.transport;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be connected to: public unicast addresses, and blocks that are allowed by
 * name.
 *
 * <p>Refused is what IANA's special-purpose registries (RFC 6890) list as not globally reachable,
 * and the addresses at which clouds serve credentials. An IPv6 address that carries an IPv4 address
 * (mapped, compatible, 6to4, Teredo, NAT64, ISATAP) is judged by the one it carries. A block opens
 * a cloud's metadata address only when it names that one address.
 */
public final class AddressPolicy {

  private static final List<Block> METADATA =
      blocks(
          "cloud metadata",
          "169.254.169.254", // AWS, Google, Azure, Oracle, DigitalOcean and others
          "169.254.170.2", // AWS container credentials
          "169.254.170.23", // AWS EKS pod identity
          "169.254.0.23", // Tencent
          "100.100.100.200", // Alibaba
          "168.63.129.16", // Azure host agent
          "192.0.0.192", // Oracle, classic
          "fd00:ec2::254", // AWS
          "fd00:ec2::23", // AWS EKS pod identity
          "fd20:ce::254"); // Google

  private static final List<Block> IPV4 =
      concat(
          blocks("this network", "0.0.0.0/8"),
          blocks("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
          blocks("carrier-grade NAT", "100.64.0.0/10"),
          blocks("loopback", "127.0.0.0/8"),
          blocks("link-local", "169.254.0.0/16"),
          blocks("documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
          blocks("benchmarking", "198.18.0.0/15"),
          blocks("multicast", "224.0.0.0/4"),
          blocks("broadcast", "255.255.255.255"),
          blocks("reserved", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4"));

  private static final List<Block> IPV6 =
      concat(
          blocks("unspecified", "::"),
          blocks("loopback", "::1"),
          blocks("unique local", "fc00::/7"),
          blocks("link-local", "fe80::/10"),
          blocks("site-local", "fec0::/10"),
          blocks("multicast", "ff00::/8"),
          blocks("documentation", "2001:db8::/32", "3fff::/20"),
          blocks("reserved", "2001::/23", "64:ff9b:1::/48"));

  private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
  private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
  private static final Cidr TEREDO = Cidr.parse("2001::/32");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] COMPATIBLE = new byte[12];

  private final List<Cidr> allowed;

  private AddressPolicy(List<Cidr> allowed) {
    this.allowed = allowed;
  }

  /** Returns the policy that allows public addresses only. */
  public static AddressPolicy publicOnly() {
    return new AddressPolicy(List.of());
  }

  /**
   * Returns a policy that allows public addresses and those in {@code blocks}, such as {@code
   * 127.0.0.0/8}, {@code fd00::/8} or one address.
   *
   * @throws IllegalArgumentException if one is not a block of addresses
   */
  public static AddressPolicy allowing(String... blocks) {
    return allowing(Arrays.asList(blocks));
  }

  /**
   * Returns a policy that allows public addresses and those in {@code blocks}.
   *
   * @throws IllegalArgumentException if one is not a block of addresses
   */
  public static AddressPolicy allowing(Collection<String> blocks) {
    return new AddressPolicy(blocks.stream().map(Cidr::parse).toList());
  }

  /** Returns whether {@code address} may be connected to. */
  public boolean allows(InetAddress address) {
    return refusal(address) == null;
  }

  /**
   * Returns what kind of address is refused, such as {@code loopback}, or null if it is allowed.
   */
  public @Nullable String refusal(InetAddress address) {
    return refusal(address.getAddress());
  }

  private @Nullable String refusal(byte[] address) {
    Block metadata = find(METADATA, address);
    if (metadata != null) {
      return names(address) ? null : metadata.kind;
    }
    for (Cidr block : allowed) {
      if (block.contains(address)) {
        return null;
      }
    }
    return address.length == 4 ? kind(IPV4, address) : refusalOfIpv6(address);
  }

  private @Nullable String refusalOfIpv6(byte[] address) {
    if (startsWith(address, MAPPED) || NAT64.contains(address)) {
      return refusal(ipv4(address, 12, 0));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return refusal(ipv4(address, 2, 0));
    }
    if (TEREDO.contains(address)) {
      // The client's address is stored inverted (RFC 4380, section 4).
      String server = refusal(ipv4(address, 4, 0));
      return server != null ? server : refusal(ipv4(address, 12, 0xff));
    }
    String kind = kind(IPV6, address);
    if (kind != null) {
      return kind;
    }
    if (startsWith(address, COMPATIBLE)) {
      return refusal(ipv4(address, 12, 0));
    }
    if (!GLOBAL_UNICAST.contains(address)) {
      return "reserved";
    }
    return isIsatap(address) ? refusal(ipv4(address, 12, 0)) : null;
  }

  /** An interface identifier of 00-00-5E-FE or 02-00-5E-FE and an IPv4 address (RFC 5214). */
  private static boolean isIsatap(byte[] address) {
    return (address[8] & ~0x02) == 0
        && address[9] == 0
        && address[10] == 0x5e
        && address[11] == (byte) 0xfe;
  }

  private boolean names(byte[] address) {
    for (Cidr block : allowed) {
      if (block.bits() == address.length * 8 && block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ipv4(byte[] address, int offset, int inverted) {
    byte[] four = new byte[4];
    for (int i = 0; i < 4; i++) {
      four[i] = (byte) (address[offset + i] ^ inverted);
    }
    return four;
  }

  private static boolean startsWith(byte[] address, byte[] prefix) {
    return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static @Nullable String kind(List<Block> blocks, byte[] address) {
    Block block = find(blocks, address);
    return block == null ? null : block.kind;
  }

  private static @Nullable Block find(List<Block> blocks, byte[] address) {
    for (Block block : blocks) {
      if (block.cidr.contains(address)) {
        return block;
      }
    }
    return null;
  }

  private static List<Block> blocks(String kind, String... cidrs) {
    return Arrays.stream(cidrs).map(cidr -> new Block(Cidr.parse(cidr), kind)).toList();
  }

  @SafeVarargs
  private static List<Block> concat(List<Block>... lists) {
    List<Block> all = new ArrayList<>();
    for (List<Block> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }

  private record Block(Cidr cidr, String kind) {}
}
