package dev.posthorn.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.EgressProxy;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OptionsReaderTest {
  private final Map<Setting, String> flags =
      new EnumMap<>(Map.of(Setting.SECRET_KEY, "0".repeat(64)));

  private ServerOptions read() {
    return OptionsReader.read(Configuration.of(flags::get, Map.of(), null));
  }

  private @Nullable EgressProxy proxy() {
    return read().transport().proxy();
  }

  @Test
  void aProxyGetsAddressesUnlessItResolvesNames() {
    assertThat(proxy()).isNull();
    flags.put(Setting.PROXY, "http://user:word@proxy.example:3128");
    EgressProxy proxy =
        EgressProxy.builder("proxy.example", 3128).credentials("user", "word").build();
    assertThat(proxy()).isEqualTo(proxy);
    flags.put(Setting.PROXY_RESOLVE, "local");
    assertThat(proxy()).isEqualTo(proxy);
    flags.put(Setting.PROXY_RESOLVE, "proxy");
    assertThat(proxy()).isEqualTo(proxy.toBuilder().resolveNames(true).build());
  }
}
