package dev.posthorn.internal.http.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyVersionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4.1.121.Final",
        "4.1.137.Final",
        "4.2.7.Final",
        "4.2.18.Final",
        "4.3.0.Final",
        "odd"
      })
  void versions_that_can_be_used(String version) {
    assertThat(NettyVersion.problem(of(version, version))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9.0", "4.0.56.Final", "4.1.120.Final", "4.2.6.Final", "5.0.0.Alpha1"})
  void versions_that_cannot(String version) {
    assertThat(NettyVersion.problem(of(version, version)))
        .startsWith("netty-common is " + version.substring(0, 5))
        .contains("4.1.121", "4.2.7");
  }

  @Test
  void parts_of_two_lines_do_not_go_together() {
    assertThat(NettyVersion.problem(of("4.2.18.Final", "4.1.137.Final")))
        .contains("netty-common is 4.2.18", "netty-handler is 4.1.137");
  }

  @Test
  void what_is_not_needed_may_have_any_version() {
    assertThat(
            NettyVersion.problem(
                Map.of("netty-common", "4.2.18.Final", "netty-tcnative-classes", "2.0.84.Final")))
        .isNull();
  }

  @Test
  void this_build_has_one_that_can_be_used() {
    NettyVersion.require();
  }

  private static Map<String, String> of(String common, String handler) {
    return Map.of("netty-common", common, "netty-handler", handler);
  }
}
