package dev.posthorn.internal.http.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvConfTest {

  private static List<String> servers(ResolvConf conf) {
    return conf.servers().stream().map(ResolvConfTest::show).toList();
  }

  private static String show(InetSocketAddress server) {
    return server.getAddress().getHostAddress() + " " + server.getPort();
  }

  @Test
  void readsWhatTheFileOfAClusterSays() {
    ResolvConf conf =
        ResolvConf.parse(
            """
            # made by the kubelet
            search space.svc.cluster.local svc.cluster.local. cluster.local
            nameserver 10.96.0.10
            nameserver\t2001:db8::53 ; the other
            sortlist 10.0.0.0
            options ndots:5 rotate timeout:1
            """);
    assertThat(servers(conf)).containsExactly("10.96.0.10 53", "2001:db8:0:0:0:0:0:53 53");
    assertThat(conf.search())
        .containsExactly("space.svc.cluster.local", "svc.cluster.local", "cluster.local");
    assertThat(conf.ndots()).isEqualTo(5);
    assertThat(conf.rotate()).isTrue();
  }

  @Test
  void readsPortsAndLeavesOutWhatIsNoAddress() {
    ResolvConf conf =
        ResolvConf.parse(
            """
            nameserver [127.0.0.1]:5353
            nameserver [::1]:54
            nameserver dns.example
            nameserver [127.0.0.1]:many
            nameserver [127.0.0.1]:70000
            nameserver
            """);
    assertThat(servers(conf)).containsExactly("127.0.0.1 5353", "0:0:0:0:0:0:0:1 54");
  }

  @Test
  void theLastListOfDomainsCounts() {
    ResolvConf conf = ResolvConf.parse("domain a.test\nsearch b.test c.test # d.test\nsearch .\n");
    assertThat(conf.search()).isEmpty();
    assertThat(ResolvConf.parse("search b.test\ndomain a.test").search()).containsExactly("a.test");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | service                | service. service.one.
          1 | service                | service.one. service.
          1 | service.space          | service.space. service.space.one.
          2 | service.space          | service.space.one. service.space.
          5 | example.com            | example.com.one. example.com.
          5 | hooks.example.com      | hooks.example.com. hooks.example.com.one.
          5 | proxy.example.         | proxy.example.
          """)
  void namesAreAskedForInThisOrder(int ndots, String host, String questions) {
    ResolvConf conf = ResolvConf.parse("search one\noptions ndots:" + ndots);
    assertThat(conf.questions(host)).isEqualTo(Arrays.asList(questions.split(" ")));
  }

  @Test
  void withoutSearchDomainsNamesAreAskedForAsTheyAre() {
    assertThat(ResolvConf.parse("options ndots:5").questions("a")).containsExactly("a.");
    assertThat(ResolvConf.NONE.questions("a.b")).containsExactly("a.b.");
  }
}
