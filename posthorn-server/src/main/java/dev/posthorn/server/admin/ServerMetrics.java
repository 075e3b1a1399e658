package dev.posthorn.server.admin;

import dev.posthorn.Inbox;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.metrics.EngineMetrics;
import dev.posthorn.internal.metrics.InboxMetrics;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.endpointalert.EndpointAlerts;
import dev.posthorn.server.http.HttpListener;
import dev.posthorn.server.http.RequestMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a server for Prometheus. Created when they are first read, so that the start does
 * not wait for them. Thread-safe.
 */
public final class ServerMetrics implements AutoCloseable {
  private @Nullable PrometheusMeterRegistry registry;
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Engine engine;
  private final HttpListener listener;
  private final TokenAuthenticator authenticator;
  private final @Nullable Inbox inbox;
  private final List<EndpointAlerts.Count> alerts;

  /**
   * Creates the metrics of an engine, its HTTP listener, its authentication, its inbox, if it has
   * one, and its alerts.
   */
  public ServerMetrics(
      Engine engine,
      HttpListener listener,
      TokenAuthenticator authenticator,
      @Nullable Inbox inbox,
      List<EndpointAlerts.Count> alerts) {
    this.inbox = inbox;
    this.alerts = alerts;
    this.engine = engine;
    this.listener = listener;
    this.authenticator = authenticator;
  }

  /**
   * Returns all metrics in the Prometheus text format. Waits for the engine's event loops, so it
   * must not be called on one.
   */
  public String scrape() {
    return registry().scrape();
  }

  private synchronized PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry present = registry;
    if (present == null) {
      present = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      new EngineMetrics(engine.stats(), List.of()).bindTo(present);
      new JvmMemoryMetrics().bindTo(present);
      gc.bindTo(present);
      new UptimeMetrics().bindTo(present);
      new FileDescriptorMetrics().bindTo(present);
      bindHttp(present);
      if (inbox != null) {
        new InboxMetrics(inbox, List.of()).bindTo(present);
      }
      registry = present;
    }
    return present;
  }

  private void bindHttp(MeterRegistry to) {
    listener
        .metrics()
        .onRow(
            row ->
                FunctionTimer.builder(
                        "posthorn.http.requests",
                        row,
                        RequestMetrics.Row::count,
                        RequestMetrics.Row::nanos,
                        TimeUnit.NANOSECONDS)
                    .description("requests to the API, from the head to the answer")
                    .tag("operation", row.operation())
                    .tag("status", row.statusClass() + "xx")
                    .register(to));
    Gauge.builder("posthorn.http.connections", listener, HttpListener::connections)
        .description("open connections to the API")
        .register(to);
    FunctionCounter.builder(
            "posthorn.http.connections.refused",
            listener,
            from -> from.metrics().connectionsTurnedAway())
        .description("connections closed since there were too many")
        .register(to);
    FunctionCounter.builder(
            "posthorn.http.connections.dropped",
            listener,
            from -> from.metrics().connectionsDropped())
        .description("connections closed to make room, or since their clients did not read")
        .register(to);
    Gauge.builder("posthorn.http.held.bytes", listener, HttpListener::heldBytes)
        .description("bodies and answers in memory")
        .baseUnit("bytes")
        .register(to);
    FunctionCounter.builder("posthorn.auth.failures", authenticator, TokenAuthenticator::failures)
        .description("requests with an invalid token")
        .register(to);
    Gauge.builder("posthorn.dispatch.held", engine, from -> from.hold().isHeld() ? 1 : 0)
        .description("1 while no delivery begins since the database was restored")
        .register(to);
    for (EndpointAlerts.Count count : alerts) {
      FunctionCounter.builder("posthorn.alerts", count, from -> from.value().get().doubleValue())
          .description("alerts about endpoints that fail or were disabled")
          .tag("channel", count.channel())
          .tag("result", count.result())
          .register(to);
    }
  }

  @Override
  public synchronized void close() {
    gc.close();
    if (registry != null) {
      registry.close();
    }
  }
}
