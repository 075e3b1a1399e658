package dev.posthorn.server.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter whose failures appear in the server's log, at most once a minute. The exporter's own
 * log, which is the JDK's and has another format, is turned off.
 */
final class LoggedExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedExporter.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * A strong reference, since the JDK forgets the level of a logger that is only weakly reachable.
   */
  private static final java.util.logging.Logger OTHER =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final SpanExporter exporter;
  private final AtomicLong told = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

  LoggedExporter(SpanExporter exporter) {
    this.exporter = exporter;
    OTHER.setLevel(Level.OFF);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            tell(spans.size(), result.getFailureThrowable());
          }
        });
  }

  private void tell(int spans, @Nullable Throwable why) {
    long last = told.get();
    long now = System.nanoTime();
    if (now - last >= PAUSE_NANOS && told.compareAndSet(last, now)) {
      LOG.warn(
          "Lost {} spans that --otel-endpoint did not accept: {}",
          spans,
          why == null ? "it refused them" : why.toString());
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
