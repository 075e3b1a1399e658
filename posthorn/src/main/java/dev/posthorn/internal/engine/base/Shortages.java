package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.transport.ErrorClass.OwnShortage;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shortages of this process: counted, and logged once a minute at most, since the history of
 * deliveries has none of them. Thread-safe.
 */
public final class Shortages {
  private static final Logger LOG = LoggerFactory.getLogger(Shortages.class);
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final EnumCounters<Resource> counts = new EnumCounters<>(Resource.class);
  private final AtomicLong nextLog;

  public Shortages(long nowNanos) {
    nextLog = new AtomicLong(nowNanos);
  }

  /** Counts an exchange that a shortage prevented. */
  public void met(ExchangeResult result, long nowNanos) {
    if (result instanceof ExchangeResult.Failure failure
        && failure.error() instanceof OwnShortage shortage) {
      counts.add(shortage.resource());
      long at = nextLog.get();
      if (nowNanos - at >= 0 && nextLog.compareAndSet(at, nowNanos + MINUTE_NANOS)) {
        LOG.warn(
            "Short of {}: deliveries wait, and spend no attempt: {}",
            shortage.resource().code(),
            failure.detail());
      }
    }
  }

  /** Returns the number of exchanges that a shortage of this resource prevented. */
  public long count(Resource resource) {
    return counts.get(resource);
  }
}
