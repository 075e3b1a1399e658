package dev.posthorn.spi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, this network",
    "0.1.2.3, this network",
    "10.0.0.0, private",
    "10.255.255.255, private",
    "172.16.0.1, private",
    "172.31.255.255, private",
    "192.168.0.1, private",
    "192.168.255.255, private",
    "100.64.0.0, carrier-grade NAT",
    "100.127.255.255, carrier-grade NAT",
    "127.0.0.1, loopback",
    "127.255.255.255, loopback",
    "169.254.0.1, link-local",
    "169.254.169.254, cloud metadata",
    "169.254.170.2, cloud metadata",
    "100.100.100.200, cloud metadata",
    "168.63.129.16, cloud metadata",
    "192.0.0.192, cloud metadata",
    "169.254.42.42, cloud metadata",
    "169.254.169.252, cloud metadata",
    "fd00:c1::a9fe:a9fe, cloud metadata",
    "fd00:42::42, cloud metadata",
    "fd00:a9fe:a9fe::1, cloud metadata",
    "fe80::a9fe:a9fe, cloud metadata",
    "192.0.0.1, reserved",
    "192.0.2.1, documentation",
    "198.51.100.1, documentation",
    "203.0.113.255, documentation",
    "192.88.99.1, reserved",
    "198.18.0.1, benchmarking",
    "198.19.255.255, benchmarking",
    "224.0.0.1, multicast",
    "239.255.255.255, multicast",
    "240.0.0.1, reserved",
    "255.255.255.255, broadcast",
    "::, unspecified",
    "::1, loopback",
    "::127.0.0.1, loopback",
    "::10.0.0.1, private",
    "64:ff9b::127.0.0.1, loopback",
    "64:ff9b::a9fe:a9fe, cloud metadata",
    "64:ff9b:1::1, reserved",
    "64:ff9b:1:7f00:0:100::, reserved",
    "64:ff9b:1:a9fe:a9:fe00::, cloud metadata",
    "::ffff:0:127.0.0.1, loopback",
    "::ffff:0:169.254.169.254, cloud metadata",
    "2002:7f00:1::, loopback",
    "2002:a9fe:a9fe::1, cloud metadata",
    "2001:0:0808:0808:0:0:80ff:fffe, loopback",
    "2001:0:7f00:1::f7f7:f7f7, loopback",
    "2001:10::1, reserved",
    "2001:2::1, reserved",
    "2001:db8::1, documentation",
    "3fff::1, documentation",
    "2a00::5efe:127.0.0.1, loopback",
    "2a00::200:5efe:10.0.0.1, private",
    "fc00::1, unique local",
    "fd12:3456::1, unique local",
    "fd00:ec2::254, cloud metadata",
    "fd20:ce::254, cloud metadata",
    "fe80::1, link-local",
    "febf::1, link-local",
    "fec0::1, site-local",
    "ff02::1, multicast",
    "100::1, reserved",
    "5f00::1, reserved",
    "4000::1, reserved"
  })
  void refuses_what_is_not_public(String address, String kind) {
    assertThat(AddressPolicy.publicOnly().refusal(address(address))).isEqualTo(kind);
    assertThat(AddressPolicy.publicOnly().allows(address(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "168.63.129.15",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2001:0:0808:0808:0:0:f7f7:f7f7",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00::5efe:8.8.8.8"
      })
  void allows_what_is_public(String address) {
    assertThat(AddressPolicy.publicOnly().refusal(address(address))).isNull();
  }

  @Test
  void judges_a_mapped_address_by_the_ipv4_address_it_carries() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = -1;
    mapped[12] = 127;
    mapped[15] = 1;
    InetAddress address = Inet6Address.getByAddress(null, mapped, -1);

    assertThat(address.getAddress()).hasSize(16);
    assertThat(AddressPolicy.publicOnly().refusal(address)).isEqualTo("loopback");
    assertThat(AddressPolicy.allowing("127.0.0.0/8").allows(address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, 11.0.0.1, true",
    "10.1.2.3, 10.1.2.3, 10.1.2.4, false",
    "10.1.2.0/25, 10.1.2.127, 10.1.2.128, false",
    "127.0.0.0/8, 127.0.0.1, 10.0.0.1, false",
    "127.0.0.0/8, 2002:7f00:1::, 2002:a00:1::, false",
    "::1/128, ::1, fd00::1, false",
    "fd00::/8, fd12::1, fc12::1, false",
    "0.0.0.0/0, 127.0.0.1, ::1, false"
  })
  void allows_the_blocks_it_is_told_to(
      String block, String inside, String outside, boolean outsideIsPublic) {
    AddressPolicy policy = AddressPolicy.allowing(block);

    assertThat(policy.allows(address(inside))).isTrue();
    assertThat(policy.allows(address(outside))).isEqualTo(outsideIsPublic);
    assertThat(policy.allows(address("8.8.8.8"))).isTrue();
  }

  @Test
  void a_block_opens_a_metadata_address_only_when_it_names_it() {
    InetAddress metadata = address("169.254.169.254");

    assertThat(AddressPolicy.allowing("0.0.0.0/0").allows(metadata)).isFalse();
    assertThat(AddressPolicy.allowing("169.254.0.0/16").allows(metadata)).isFalse();
    assertThat(AddressPolicy.allowing("169.254.169.254").allows(metadata)).isTrue();
    assertThat(AddressPolicy.allowing("169.254.169.254/32").allows(metadata)).isTrue();
  }

  /** Tests each form in which an IPv6 address carries an IPv4 address, and several at once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "::169.254.169.254",
        "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b::100.100.100.200",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:a9:fe:a9fe::",
        "64:ff9b:1:0:a9:fea9:fe00:0",
        "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::f7f7:f7f7",
        "2001:0:808:808::5601:5601",
        "2a00::5efe:169.254.169.254",
        "fd00::200:5efe:168.63.129.16",
        "2002:808:808:1:0:5efe:169.254.169.254",
        "fd00:c1::a9fe:a9fe",
        "fd00:42::42",
        "fe80::a9fe:a9fe"
      })
  void all_of_ipv6_opens_no_metadata_address(String text) {
    InetAddress address = address(text);

    AddressPolicy all = AddressPolicy.allowing("::/0", "0.0.0.0/0", "64:ff9b:1::/48");
    assertThat(all.refusal(address)).isEqualTo("cloud metadata");
    assertThat(AddressPolicy.allowing("::/0", text).allows(address)).isTrue();
  }

  /** An IPv6 block does not allow the IPv4 network that a translator leads to. */
  @ParameterizedTest
  @CsvSource({
    "64:ff9b::127.0.0.1, loopback",
    "64:ff9b::10.0.0.1, private",
    "2002:a00:1::1, private",
    "::ffff:0:192.168.0.1, private",
    "2a00::5efe:10.0.0.1, private",
    "64:ff9b:1::10.0.0.1, reserved"
  })
  void all_of_ipv6_opens_nothing_of_ipv4(String text, String kind) {
    assertThat(AddressPolicy.allowing("::/0").refusal(address(text))).isEqualTo(kind);
    assertThat(AddressPolicy.allowing("::/0").allows(address("fd00::1"))).isTrue();
    assertThat(AddressPolicy.allowing("::/0").allows(address("::1"))).isTrue();
  }

  @Test
  void a_translator_of_ones_own_is_opened_by_its_prefix() {
    InetAddress inside = address("64:ff9b:1::10.0.0.1");

    assertThat(AddressPolicy.allowing("64:ff9b:1::/96").allows(inside)).isTrue();
    assertThat(AddressPolicy.allowing("10.0.0.0/8").allows(address("64:ff9b::10.0.0.1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "::",
        "::1",
        "::ffff:0:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::127.0.0.1",
        "2002:7f00:1::",
        "2a00::5efe:127.0.0.1"
      })
  void nothing_is_sent_to_the_listeners_of_this_process(String text) {
    OwnListeners listeners = new OwnListeners();
    AddressPolicy policy = AddressPolicy.allowing("0.0.0.0/0", "::/0").except(listeners);
    listeners.add(8071);
    listeners.add(8072);

    assertThat(policy.isExcepted(address(text), 8071)).isTrue();
    assertThat(policy.isExcepted(address(text), 8072)).isTrue();
    assertThat(policy.isExcepted(address(text), 8073)).isFalse();
    assertThat(policy.isExcepted(address("192.0.2.1"), 8071)).isFalse();
    assertThat(policy.isExcepted(address("64:ff9b::192.0.2.1"), 8071)).isFalse();
    assertThat(AddressPolicy.allowing(text).isExcepted(address(text), 8071)).isFalse();
  }

  @Test
  void every_address_of_this_machine_leads_to_its_listeners() throws SocketException {
    OwnListeners listeners = new OwnListeners();
    AddressPolicy policy = AddressPolicy.publicOnly().except(listeners);
    listeners.add(8071);

    assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
        .isNotEmpty()
        .allMatch(address -> policy.isExcepted(address, 8071));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33, 0 to 32",
    "10.0.0.0/-1, 0 to 32",
    "10.0.0.0/, 0 to 32",
    "::/129, 0 to 128",
    "10.0.0.1/8, the block is 10.0.0.0/8",
    "10.0.0/8, does not begin with an IPv4 or IPv6 address",
    "example.com, does not begin with an IPv4 or IPv6 address",
    "010.0.0.0/8, does not begin with an IPv4 or IPv6 address",
    "fe80::1%eth0, does not begin with an IPv4 or IPv6 address",
    "'', does not begin with an IPv4 or IPv6 address"
  })
  void says_what_is_wrong_with_a_block(String block, String problem) {
    assertThatThrownBy(() -> AddressPolicy.allowing(block))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed addresses")
        .hasMessageContaining("'" + block + "'")
        .hasMessageContaining(problem)
        .hasMessageContaining("give one like");
  }

  private static InetAddress address(String text) {
    return Objects.requireNonNull(Cidr.literal(text), text);
  }
}
