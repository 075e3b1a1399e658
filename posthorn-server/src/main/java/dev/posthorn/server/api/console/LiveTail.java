package dev.posthorn.server.api.console;

import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.registry.RegistryView;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Passes messages and attempts of this process on to those who watch, as they happen. Costs nothing
 * while nobody does. Thread-safe.
 */
final class LiveTail implements EngineListener {
  private final RegistryView registry;
  private final List<TailWatch> watches = new CopyOnWriteArrayList<>();

  LiveTail(RegistryView registry) {
    this.registry = registry;
  }

  void add(TailWatch watch) {
    watches.add(watch);
  }

  void remove(TailWatch watch) {
    watches.remove(watch);
  }

  @Override
  public boolean caresFor(AttemptRow attempt) {
    return !watches.isEmpty();
  }

  @Override
  public boolean caresForMessages() {
    return !watches.isEmpty();
  }

  @Override
  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    ApplicationRow application = registry.application(endpoint.application());
    if (application != null) {
      tell(new TailEvent.Attempted(attempt, endpoint, application, message));
    }
  }

  @Override
  public void accepted(long message, long application, MessageSpec spec, int targets) {
    ApplicationRow owner = registry.application(application);
    if (owner != null) {
      tell(new TailEvent.Accepted(message, owner, spec, targets));
    }
  }

  private void tell(TailEvent event) {
    watches.forEach(watch -> watch.offer(event));
  }
}
