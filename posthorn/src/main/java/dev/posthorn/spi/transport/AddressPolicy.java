package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which addresses the transport may connect to: public unicast addresses, and blocks that
 * the user allows.
 *
 * <p>The policy refuses addresses that IANA's special-purpose registries (RFC 6890) list as not
 * globally reachable, and those at which clouds serve credentials. An IPv6 address that carries an
 * IPv4 address (mapped, compatible, translated, 6to4, Teredo, NAT64, ISATAP) is judged by the
 * address it carries, and allowing a block of IPv6 addresses does not allow that one. A block
 * allows a cloud's metadata address only if it consists of that single address, and local-use NAT64
 * (64:ff9b:1::/48) only if it lies within that prefix.
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
          "169.254.42.42", // Scaleway
          "169.254.169.252", // Google Kubernetes Engine
          "192.0.0.192", // Oracle, classic
          "fd00:ec2::254", // AWS
          "fd00:ec2::23", // AWS EKS pod identity
          "fd20:ce::254", // Google
          "fd00:c1::a9fe:a9fe", // Oracle
          "fd00:42::42", // Scaleway
          "fd00:a9fe:a9fe::1", // Linode
          "fe80::a9fe:a9fe"); // OpenStack

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
          blocks("reserved", "2001::/23"));

  private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
  private static final int LOCAL_NAT64_BITS = 48;

  private final List<Cidr> allowed;
  private final @Nullable OwnListeners own;

  private AddressPolicy(List<Cidr> allowed, @Nullable OwnListeners own) {
    this.allowed = allowed;
    this.own = own;
  }

  /** Returns the policy that allows public addresses only. */
  public static AddressPolicy publicOnly() {
    return new AddressPolicy(List.of(), null);
  }

  /**
   * Returns a policy that allows public addresses and those in {@code blocks}, such as {@code
   * 127.0.0.0/8}, {@code fd00::/8} or one address.
   *
   * @throws IllegalArgumentException if an entry is not a block of addresses
   */
  public static AddressPolicy allowing(String... blocks) {
    return allowing(Arrays.asList(blocks));
  }

  /**
   * Returns a policy that allows public addresses and those in {@code blocks}.
   *
   * @throws IllegalArgumentException if an entry is not a block of addresses
   */
  public static AddressPolicy allowing(Collection<String> blocks) {
    return new AddressPolicy(blocks.stream().map(Cidr::parse).toList(), null);
  }

  /** Returns this policy with this process's own listeners refused, whatever blocks are allowed. */
  public AddressPolicy except(OwnListeners listeners) {
    return new AddressPolicy(allowed, listeners);
  }

  /**
   * Returns whether an address and a port lead to one of the refused listeners, also if an IPv6
   * address merely carries an address of this machine.
   */
  public boolean isExcepted(InetAddress address, int port) {
    OwnListeners listeners = own;
    if (listeners == null || !listeners.isAt(port)) {
      return false;
    }
    return listeners.isHere(address) || carriesExcepted(address.getAddress(), listeners);
  }

  private static boolean carriesExcepted(byte[] address, OwnListeners listeners) {
    for (byte[] each : CarriedAddresses.of(address)) {
      if (listeners.isHere(inet(each))) {
        return true;
      }
    }
    return false;
  }

  private static InetAddress inet(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // it has four bytes
    }
  }

  /** Returns whether the transport may connect to {@code address}. */
  public boolean allows(InetAddress address) {
    return refusal(address) == null;
  }

  /**
   * Returns the kind of a refused address, such as {@code loopback}, or null if the address is
   * allowed.
   */
  public @Nullable String refusal(InetAddress address) {
    return refusal(address.getAddress());
  }

  private @Nullable String refusal(byte[] address) {
    if (names(address)) {
      return null;
    }
    List<byte[]> carried = CarriedAddresses.of(address);
    String metadata = refusalOfMetadata(address, carried);
    if (metadata != null) {
      return metadata;
    }
    if (CarriedAddresses.isOnlyThat(address)) {
      return refusalOfAny(carried);
    }
    if (CarriedAddresses.isLocalNat64(address)) {
      return isAllowed(address, LOCAL_NAT64_BITS) ? null : "reserved";
    }
    String kind = isAllowed(address, 0) ? null : kind(address);
    return kind != null ? kind : refusalOfAny(carried);
  }

  private @Nullable String refusalOfMetadata(byte[] address, List<byte[]> carried) {
    Block own = find(METADATA, address);
    if (own != null) {
      return own.kind;
    }
    for (byte[] each : carried) {
      Block metadata = find(METADATA, each);
      if (metadata != null && !names(each)) {
        return metadata.kind;
      }
    }
    return null;
  }

  private @Nullable String refusalOfAny(List<byte[]> carried) {
    for (byte[] each : carried) {
      String kind = refusal(each);
      if (kind != null) {
        return kind;
      }
    }
    return null;
  }

  /** Returns whether an allowed block of at least this prefix length contains an address. */
  private boolean isAllowed(byte[] address, int bits) {
    for (Cidr block : allowed) {
      if (block.bits() >= bits && block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String kind(byte[] address) {
    if (address.length == 4) {
      return kind(IPV4, address);
    }
    String kind = kind(IPV6, address);
    return kind != null || GLOBAL_UNICAST.contains(address) ? kind : "reserved";
  }

  private boolean names(byte[] address) {
    for (Cidr block : allowed) {
      if (block.bits() == address.length * 8 && block.contains(address)) {
        return true;
      }
    }
    return false;
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
