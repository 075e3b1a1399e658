package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The world as the engine sees it. In production these are the machine, in a simulation all of them
 * are virtual. The engine that is started on a runtime owns it, and closes it.
 *
 * @param clock tells time
 * @param scheduler gives threads
 * @param store keeps everything
 * @param transport makes exchanges
 */
public record EngineRuntime(Clock clock, Scheduler scheduler, Store store, Transport transport)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRuntime.class);

  /** Returns a runtime with another store. */
  public EngineRuntime withStore(Store other) {
    return new EngineRuntime(clock, scheduler, other, transport);
  }

  /** Returns a runtime with another transport. */
  public EngineRuntime withTransport(Transport other) {
    return new EngineRuntime(clock, scheduler, store, other);
  }

  /**
   * Closes transport, threads and store, in that order: what runs still finds what it uses. One
   * that does not close keeps none of the others open.
   */
  @Override
  public void close() {
    close("The transport", transport::close);
    close("The scheduler", scheduler::close);
    close("The store", store::close);
  }

  private static void close(String what, Runnable closing) {
    try {
      closing.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be closed", what, e);
    }
  }
}
