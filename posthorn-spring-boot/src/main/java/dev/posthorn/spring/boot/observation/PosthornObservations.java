package dev.posthorn.spring.boot.observation;

import dev.posthorn.internal.engine.base.EngineRuntime;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/** The observations of one Posthorn: their registry, conventions and traces. */
final class PosthornObservations {
  private static final SendConvention DEFAULT_SEND = new SendConvention();
  private static final AttemptConvention DEFAULT_ATTEMPT = new AttemptConvention();

  private final ObservationRegistry registry;
  private final @Nullable SendConvention sendConvention;
  private final @Nullable AttemptConvention attemptConvention;
  private final TraceMemory traces = new TraceMemory();
  private final InboxTraces contexts = new InboxTraces(traces);

  PosthornObservations(
      ObservationRegistry registry,
      @Nullable SendConvention sendConvention,
      @Nullable AttemptConvention attemptConvention) {
    this.registry = registry;
    this.sendConvention = sendConvention;
    this.attemptConvention = attemptConvention;
  }

  Observation send(SendContext context) {
    return Observation.createNotStarted(sendConvention, DEFAULT_SEND, () -> context, registry);
  }

  Observation attempt(AttemptContext context) {
    return Observation.createNotStarted(
        attemptConvention, DEFAULT_ATTEMPT, () -> context, registry);
  }

  TraceMemory traces() {
    return traces;
  }

  /** Returns the contexts of messages that pass the inbox. */
  InboxTraces contexts() {
    return contexts;
  }

  /** Returns a runtime whose exchanges are observed. */
  EngineRuntime observed(EngineRuntime machine) {
    return machine.withTransport(new ObservedTransport(machine.transport(), this));
  }
}
