package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.lane.Permits.Size;
import java.util.HashMap;
import java.util.Map;

/** The permits of one loop that each application has in use, and their bytes. Owned by the loop. */
final class ApplicationUse {
  private final Map<Long, Use> uses = new HashMap<>();

  /** The use of one application. */
  private static final class Use {
    int permits;

    /** The number of permits whose exchanges have not ended. */
    int open;

    long small;
  }

  /** Counts permits of an application, and the bytes of payloads of one size. */
  void count(Long application, int more, long bytes, Size size) {
    Use use = uses.computeIfAbsent(application, unknown -> new Use());
    use.permits += more;
    use.open += more;
    use.small += size == Size.SMALL ? bytes : 0;
    if (use.permits == 0) {
      uses.remove(application);
    }
  }

  /** Counts permits that are in use, and whose exchanges have not ended. */
  void countOpen(Long application, int more) {
    Use use = uses.get(application);
    if (use != null) {
      use.open += more;
    }
  }

  /** Returns whether an application has fewer permits whose exchanges have not ended. */
  boolean hasFew(Long application, int most) {
    Use use = uses.get(application);
    return (use == null ? 0 : use.open) < most;
  }

  /** Returns whether an application would have few permits, and bytes of small payloads. */
  boolean isModest(Long application, int mostPermits, long bytes, long mostBytes) {
    Use use = uses.get(application);
    return use == null || (use.permits < mostPermits && use.small + bytes <= mostBytes);
  }
}
