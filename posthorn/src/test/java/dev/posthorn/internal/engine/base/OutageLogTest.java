package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class OutageLogTest {
  private final List<String> lines = new ArrayList<>();
  private final OutageLog log = new OutageLog(recording(), "Store upkeep");

  private Logger recording() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              Object[] values = new Object[arguments.length - 1];
              System.arraycopy(arguments, 1, values, 0, values.length);
              String text =
                  MessageFormatter.arrayFormat((String) arguments[0], values).getMessage();
              lines.add(method.getName() + " " + text);
              return null;
            });
  }

  @Test
  void anOutageHasOneLineAtItsBeginAndOneAtItsEnd() {
    log.succeeded();
    assertThat(lines).isEmpty();
    log.failed(new IllegalStateException("gone"));
    log.failed(new IllegalStateException("still gone"));
    log.succeeded();
    log.succeeded();
    assertThat(lines)
        .containsExactly(
            "warn Store upkeep failed, retried until it succeeds: gone",
            "debug Store upkeep failed again: still gone",
            "info Store upkeep succeeded again");
    lines.clear();
    log.failed(new IllegalStateException("gone again"));
    assertThat(lines).hasSize(1).first().asString().startsWith("warn ");
  }
}
