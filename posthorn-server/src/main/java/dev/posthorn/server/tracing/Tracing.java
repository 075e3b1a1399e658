package dev.posthorn.server.tracing;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.server.api.message.AcceptanceListener;
import dev.posthorn.server.http.Call;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Creates spans for messages: one for the acceptance, in the trace of the sender's {@code
 * traceparent} (W3C Trace Context), a child for the commit, and one for each attempt, created when
 * its outcome is on disk.
 *
 * <p>Attempts belong to the trace of the acceptance, which is remembered for the last 10,000
 * messages until a restart. Other attempts start a trace of their own; all spans have the message's
 * id. No span has a URL, a payload or a secret. Thread-safe.
 */
public final class Tracing implements AcceptanceListener, EngineListener, AutoCloseable {
  private static final int MOST_REMEMBERED = 10_000;
  private static final long CLOSE_SECONDS = 5;
  private static final AttributeKey<String> MESSAGE =
      AttributeKey.stringKey("messaging.message.id");
  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("posthorn.event_type");
  private static final AttributeKey<Long> TARGETS = AttributeKey.longKey("posthorn.endpoints");
  private static final AttributeKey<Boolean> DUPLICATE =
      AttributeKey.booleanKey("posthorn.duplicate");
  private static final AttributeKey<String> ENDPOINT =
      AttributeKey.stringKey("posthorn.endpoint.id");
  private static final AttributeKey<String> KIND = AttributeKey.stringKey("posthorn.attempt.kind");
  private static final AttributeKey<Long> SPENT = AttributeKey.longKey("posthorn.attempt.number");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("posthorn.delivery.state");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private static final TextMapGetter<Call> HEADERS =
      (call, name) -> call == null ? null : call.header(name);

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final PublicIds ids;
  private final Map<Long, SpanContext> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, SpanContext> eldest) {
              return size() > MOST_REMEMBERED;
            }
          });

  private Tracing(SdkTracerProvider provider, PublicIds ids) {
    this.provider = provider;
    this.tracer = provider.get("dev.posthorn");
    this.ids = ids;
  }

  /**
   * Starts sending traces to a collector, in batches, on a separate thread. Traces that the
   * collector does not take in time are dropped.
   *
   * @param ids formats ids as clients see them
   */
  public static Tracing start(TracingOptions options, PublicIds ids) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(options.endpoint() + "/v1/traces");
    options.headers().forEach(exporter::addHeader);
    return new Tracing(
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "posthorn")))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(options.share())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(new LoggedExporter(exporter.build())).build())
            .build(),
        ids);
  }

  // ---- acceptances ---------------------------------------------------------------------------

  @Override
  public Progress begins(Call call, String type) {
    Context sender = W3CTraceContextPropagator.getInstance().extract(Context.root(), call, HEADERS);
    Span accept =
        tracer
            .spanBuilder("accept")
            .setSpanKind(SpanKind.SERVER)
            .setParent(sender)
            .setAttribute(TYPE, type)
            .startSpan();
    Span commit = tracer.spanBuilder("commit").setParent(Context.root().with(accept)).startSpan();
    return new Watched(accept, commit);
  }

  /** The spans of one message's acceptance. */
  private final class Watched implements Progress {
    private final Span accept;
    private final Span commit;

    Watched(Span accept, Span commit) {
      this.accept = accept;
      this.commit = commit;
    }

    @Override
    public void committed(SendResult result) {
      if (!result.duplicate()) {
        remembered.put(result.message(), accept.getSpanContext());
      }
      commit.end();
      accept
          .setAttribute(MESSAGE, ids.message(result.message(), result.publicId()))
          .setAttribute(TARGETS, (long) result.targets().length)
          .setAttribute(DUPLICATE, result.duplicate());
    }

    @Override
    public void answered() {
      accept.end();
    }

    @Override
    public void refused(PosthornException why) {
      String reason = why.reason().name().toLowerCase(Locale.ROOT);
      commit.setStatus(StatusCode.ERROR).setAttribute(ERROR, reason).end();
      accept.setStatus(StatusCode.ERROR).setAttribute(ERROR, reason).end();
    }
  }

  // ---- attempts ------------------------------------------------------------------------------

  @Override
  public boolean caresFor(AttemptRow attempt) {
    return attempt.isExchange();
  }

  @Override
  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    SpanContext accept = remembered.get(attempt.message());
    long end = TimeUnit.MILLISECONDS.toMicros(Ids.timeOf(attempt.id()));
    SpanBuilder builder =
        tracer
            .spanBuilder("attempt")
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(end - attempt.timings().total(), TimeUnit.MICROSECONDS)
            .setAttribute(
                MESSAGE,
                ids.message(attempt.message(), message == null ? null : message.publicId()))
            .setAttribute(ENDPOINT, ids.format(IdPrefix.ENDPOINT, endpoint.id()))
            .setAttribute(KIND, attempt.kind().name().toLowerCase(Locale.ROOT))
            .setAttribute(SPENT, (long) attempt.spent())
            .setAttribute(STATE, attempt.state().name().toLowerCase(Locale.ROOT));
    Span span =
        (accept == null
                ? builder.setNoParent()
                : builder.setParent(Context.root().with(Span.wrap(accept))))
            .startSpan();
    if (attempt.status() > 0) {
      span.setAttribute(STATUS, (long) attempt.status());
    }
    if (!attempt.isSuccess()) {
      String error = attempt.error();
      span.setStatus(StatusCode.ERROR)
          .setAttribute(ERROR, error == null ? Integer.toString(attempt.status()) : error);
    }
    span.end(end, TimeUnit.MICROSECONDS);
  }

  /** Sends the remaining spans, for at most 5 seconds. */
  @Override
  public void close() {
    var unused = provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
