package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RegisteredEndpointTest {
  private static final Tenure TENURE = new Tenure(0);

  /** The writer admits a delivery while the loop makes a lane, as happens after a restart. */
  @Test
  void writerAndLoopShareOneGateHoweverTheyMeet() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 20_000; i++) {
        RegisteredEndpoint entry = entry();
        Future<Gate> writer = threads.submit(() -> gate(entry, together));
        Future<Gate> loop = threads.submit(() -> gate(entry, together));
        assertThat(writer.get(10, TimeUnit.SECONDS)).isSameAs(loop.get(10, TimeUnit.SECONDS));
      }
    }
  }

  private static Gate gate(RegisteredEndpoint entry, CyclicBarrier together) throws Exception {
    together.await(10, TimeUnit.SECONDS);
    return entry.gate(1, TENURE);
  }

  private static RegisteredEndpoint entry() {
    EndpointSpec spec = EndpointSpec.to("http://example.com/").build();
    EndpointRow row = new EndpointRow(1, 1, spec, EndpointState.ENABLED, 0, 0);
    return new RegisteredEndpoint(1, 0, row, List.of());
  }
}
