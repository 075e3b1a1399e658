package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.transport.ErrorClass.OwnShortage;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process was short of: counted, and told in the log once a minute at most, since nothing
 * of it is in the history of deliveries. Thread-safe.
 */
public final class Shortages {
  private static final Logger LOG = LoggerFactory.getLogger(Shortages.class);
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final EnumCounters<Resource> counts = new EnumCounters<>(Resource.class);
  private final AtomicLong nextLog;

  public Shortages(long nowNanos) {
    nextLog = new AtomicLong(nowNanos);
  }

  /** An exchange did not come about. */
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

  /** Returns how many exchanges did not come about for want of something. */
  public long count(Resource resource) {
    return counts.get(resource);
  }
}
