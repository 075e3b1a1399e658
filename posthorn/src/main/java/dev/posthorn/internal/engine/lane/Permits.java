package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the deliveries of one loop that are under way, and their bytes, and shares them out. Owned
 * by the loop.
 *
 * <p>There are never more than {@code most}. Lanes that do well may have all of them; those that
 * are slow or fail, and those of which nothing is known yet, together a share, of which a quarter
 * is kept for the latter. So an endpoint that works finds a permit however many others hang, and a
 * new one can show that it works. A lane that becomes slow takes what it holds with it: it is
 * counted against that share, and what the lane keeps waiting is missing to others of its kind.
 *
 * <p>A lane with an exchange gets a second one only while more than half of the permits are free,
 * unless its application has few. So each lane gets one while fewer than half as many hang, also if
 * those did well until now. A permit whose exchange has ended, and whose outcome is being stored,
 * does not count for that: it is free soon. Lanes that find none wait in line and are granted one
 * each in turn, by application.
 *
 * <p>An application that holds much leaves an eighth of the permits, and of the room for small
 * payloads, to those that hold little. So an endpoint finds a permit at once, and not after the
 * next commit of outcomes, while another application has a thousand that work, too.
 *
 * <p>A permit comes with room for the bytes of its payload, which is shared out by the same rules.
 * Small payloads have room and lines of their own ({@link Size}), so they never wait for large
 * ones. One of each standing may be under way whatever its size, or a payload that is larger than
 * its share would wait for ever; but not while there is more than there should be already. So the
 * bytes are never more than the room and one payload of each size.
 */
public class Permits {
  private static final Logger LOG = LoggerFactory.getLogger(Permits.class);

  /** The largest that counts as small. */
  private static final long SMALL = 64 * 1024;

  /** The part that is left to applications that hold little. */
  private static final int LEFT = 8;

  /** The part of all that an application may hold to count as one that holds little. */
  private static final int LITTLE = 16;

  /**
   * The part of all, and the most, that an application may have under way to count as having few.
   */
  private static final int FEW = 128;

  private static final int MOST_FEW = 8;

  private final int most;
  private final int mostUnproven;
  private final int mostPoor;
  private final double unproven;
  private final long mostBytes;
  private final long small;
  private final PermitGroup good = new PermitGroup();
  private final PermitGroup fresh = new PermitGroup();
  private final PermitGroup poor = new PermitGroup();
  private final ApplicationUse applications = new ApplicationUse();
  private boolean goodNext;
  private boolean largeNext;

  /** The standing of a lane, by what it has shown so far. */
  enum Standing {
    /** Healthy: its last exchange had an answer that is no sign of trouble, and none takes long. */
    GOOD,
    /** No exchange of it has ended yet. */
    NEW,
    /** Slow, or its last exchange failed. */
    POOR
  }

  /** The size of a payload. Each size has half of the room. */
  enum Size {
    SMALL,
    LARGE
  }

  Permits(EngineLimits limits, int loops) {
    most = Math.max(1, limits.maxInFlight() / loops);
    mostUnproven = Math.max(1, (int) (most * limits.slowShare()));
    mostPoor = Math.max(1, mostUnproven * 3 / 4);
    unproven = limits.slowShare();
    mostBytes = limits.exchangeBytes() / loops / Size.values().length;
    small = Math.min(SMALL, mostBytes / 32);
  }

  /**
   * Returns limits with no more permits than four fifths of the connections that there may be: the
   * rest is for tests, and for connections that are being closed.
   */
  public static EngineLimits fitting(EngineLimits limits, int connections) {
    int most = Math.max(1, connections - Math.ceilDiv(connections, 5));
    if (most >= limits.maxInFlight()) {
      return limits;
    }
    LOG.warn(
        "Cut deliveries under way from {} to {}: at most {} connections to receivers are possible, half"
            + " of the free file descriptors; raise the limit of the process (ulimit -n, LimitNOFILE)",
        limits.maxInFlight(),
        most,
        connections);
    return limits.withMaxInFlight(most);
  }

  /** Returns how many are in use. */
  final int inUse() {
    return good.inUse + fresh.inUse + poor.inUse;
  }

  /** Returns how many bytes are in use. */
  public final long bytesInUse() {
    return bytes(Size.SMALL) + bytes(Size.LARGE);
  }

  /** Returns the most bytes that count as small. */
  final long mostSmall() {
    return small;
  }

  /** Returns how many a lane of a standing could take now; 0 or less if none. */
  int free(Standing standing) {
    int free = most - inUse();
    if (standing == Standing.GOOD) {
      return free;
    }
    free = Math.min(free, mostUnproven - fresh.inUse - poor.inUse);
    return standing == Standing.NEW ? free : Math.min(free, mostPoor - poor.inUse);
  }

  /** Returns how many bytes lanes of a standing could take now; less than 0 if none. */
  long freeBytes(Standing standing, Size size) {
    long free = mostBytes - bytes(size);
    if (standing == Standing.GOOD) {
      return free;
    }
    long held = poor.line(size).bytes;
    free = Math.min(free, mostBytes(Standing.NEW) - fresh.line(size).bytes - held);
    return standing == Standing.NEW ? free : Math.min(free, mostBytes(Standing.POOR) - held);
  }

  /** Returns whether there is a permit for a lane with room for so many bytes. */
  private boolean hasRoom(PermitShare share, long bytes) {
    Standing standing = share.standing;
    Size size = size(bytes);
    if (free(standing) <= 0) {
      return false;
    }
    boolean first = group(standing).line(size).bytes == 0 && bytes(size) <= mostBytes;
    return (first || bytes <= freeBytes(standing, size)) && leavesSome(share, bytes);
  }

  /** Returns whether enough is left to others, or the lane's application holds little. */
  private boolean leavesSome(PermitShare share, long bytes) {
    return size(bytes) == Size.LARGE
        || isModest(share, bytes)
        || (free(Standing.GOOD) > most / LEFT
            && bytes <= freeBytes(Standing.GOOD, Size.SMALL) - mostBytes / LEFT);
  }

  /** Returns whether a lane's application would still hold little. */
  private boolean isModest(PermitShare share, long bytes) {
    int permits = Math.max(1, most / LITTLE);
    return applications.isModest(share.application, permits, bytes, mostBytes / LITTLE);
  }

  /**
   * Takes a permit with room for so many bytes. If there is none the lane gets a turn when there
   * is; if it holds too much it has to wait for one of its own.
   */
  final boolean take(PermitShare share, long bytes) {
    if (share.granted) {
      share.granted = false;
      if (size(bytes) == size(share.wanted) && bytes <= share.wanted) {
        count(share, 0, bytes - share.wanted, size(bytes));
        return true;
      }
      count(share, -1, -share.wanted, size(share.wanted)); // another delivery is next by now
    }
    if (share.waits) {
      if (size(bytes) == size(share.wanted)) {
        share.wanted = bytes;
        return false;
      }
      unqueue(share);
    }
    if (!hasRoom(share, bytes) || mustWaitInLine(share, bytes)) {
      queue(share, bytes);
      return false;
    }
    if (!isFair(share, bytes)) {
      return false;
    }
    count(share, 1, bytes, size(bytes));
    return true;
  }

  /** Returns whether others come first, however much room there is. */
  private boolean mustWaitInLine(PermitShare share, long bytes) {
    Size size = size(bytes);
    return !group(share.standing).line(size).shares.isEmpty()
        && (size == Size.LARGE || !isModest(share, bytes));
  }

  /**
   * Returns whether a lane may take one more. The first is anybody's, and so are a few of an
   * application; of the half for more, a lane gets twice what it leaves.
   */
  private boolean isFair(PermitShare share, long bytes) {
    if (applications.hasFew(share.application, Math.min(MOST_FEW, most / FEW))) {
      return true;
    }
    Standing standing = share.standing;
    long open = share.openBytes(size(bytes));
    return (share.open == 0 || share.open < 2 * free(standing) - most(standing))
        && (open == 0 || open < 2 * freeBytes(standing, size(bytes)) - mostBytes(standing));
  }

  private int most(Standing standing) {
    return switch (standing) {
      case GOOD -> most;
      case NEW -> mostUnproven;
      case POOR -> mostPoor;
    };
  }

  private long mostBytes(Standing standing) {
    return switch (standing) {
      case GOOD -> mostBytes;
      case NEW -> (long) (mostBytes * unproven);
      case POOR -> ((long) (mostBytes * unproven)) * 3 / 4;
    };
  }

  /** Gives a permit back, with the bytes that it holds, whose exchange has not ended. */
  final void give(PermitShare share, long bytes) {
    count(share, -1, -bytes, size(bytes));
  }

  /** Takes note that the exchange of a permit has ended; its outcome is being stored. */
  final void ended(PermitShare share, long bytes) {
    countOpen(share, -1, -bytes);
  }

  /** Gives a permit back whose exchange has ended. */
  final void giveEnded(PermitShare share, long bytes) {
    countOpen(share, 1, bytes);
    give(share, bytes);
  }

  private void countOpen(PermitShare share, int more, long bytes) {
    share.countOpen(more, bytes, size(bytes < 0 ? -bytes : bytes));
    applications.countOpen(share.application, more);
  }

  /** Gives back what a permit held for a small payload of unknown size and does not need. */
  final void shrink(PermitShare share, long from, long to) {
    count(share, 0, to - from, size(from));
  }

  /** Frees the permit that a lane was granted and did not take in its turn. */
  final void turned(PermitShare share) {
    if (share.granted) {
      share.granted = false;
      give(share, share.wanted);
    }
  }

  /** Takes a lane out of its line; what it holds is given back later. */
  final void leave(PermitShare share) {
    if (share.waits) {
      unqueue(share);
    }
    turned(share);
  }

  /** Sets the standing of a lane; its permits are counted there from now on. */
  final void standing(PermitShare share, Standing standing) {
    if (share.standing == standing) {
      return;
    }
    boolean waited = share.waits;
    if (waited) {
      unqueue(share);
    }
    move(share, group(share.standing), -1);
    move(share, group(standing), 1);
    share.standing = standing;
    if (waited) {
      queue(share, share.wanted);
    }
  }

  private static void move(PermitShare share, PermitGroup group, int sign) {
    group.inUse += sign * share.held;
    group.small.bytes += sign * share.bytes(Size.SMALL);
    group.large.bytes += sign * share.bytes(Size.LARGE);
  }

  /** Grants free permits to lanes in line, and gives each of those a turn. */
  final void grant() {
    largeNext = !largeNext;
    grant(largeNext ? Size.LARGE : Size.SMALL);
    grant(largeNext ? Size.SMALL : Size.LARGE);
  }

  private void grant(Size size) {
    for (PermitShare share; (share = next(size)) != null; ) {
      share.waits = false;
      group(share.standing).line(size).shares.take(share.application);
      if (isFair(share, share.wanted)) {
        share.granted = true;
        count(share, 1, share.wanted, size);
        share.granter.run();
      }
    }
  }

  /**
   * Returns the lane whose turn it is, or null. Good lanes and the others take turns; new ones go
   * before poor ones, but only once.
   */
  private @Nullable PermitShare next(Size size) {
    if (isNobodyWaiting(size)) {
      return null;
    }
    goodNext = !goodNext;
    PermitShare next = goodNext ? next(Standing.GOOD, size) : null;
    next = next == null ? next(Standing.NEW, size) : next;
    next = next == null ? next(Standing.POOR, size) : next;
    return next == null ? next(Standing.GOOD, size) : next;
  }

  private boolean isNobodyWaiting(Size size) {
    return good.line(size).shares.isEmpty()
        && fresh.line(size).shares.isEmpty()
        && poor.line(size).shares.isEmpty();
  }

  /**
   * Returns the lane of a standing whose turn it is, if there is room for it. Only an application
   * that holds much is passed over, and there are few of those.
   */
  private @Nullable PermitShare next(Standing standing, Size size) {
    PermitShare first =
        group(standing)
            .line(size)
            .shares
            .first(
                share ->
                    size == Size.LARGE
                        || isModest(share, share.wanted)
                        || hasRoom(share, share.wanted));
    return first != null && hasRoom(first, first.wanted) ? first : null;
  }

  private void count(PermitShare share, int more, long bytes, Size size) {
    PermitGroup group = group(share.standing);
    applications.count(share.application, more, bytes, size);
    share.count(more, bytes, size);
    group.inUse += more;
    group.line(size).bytes += bytes;
  }

  private void queue(PermitShare share, long bytes) {
    share.waits = true;
    share.wanted = bytes;
    group(share.standing).line(size(bytes)).shares.add(share.application, share);
  }

  private void unqueue(PermitShare share) {
    share.waits = false;
    group(share.standing).line(size(share.wanted)).shares.remove(share.application, share);
  }

  private Size size(long bytes) {
    return bytes <= small ? Size.SMALL : Size.LARGE;
  }

  private long bytes(Size size) {
    return good.line(size).bytes + fresh.line(size).bytes + poor.line(size).bytes;
  }

  private PermitGroup group(Standing standing) {
    return switch (standing) {
      case GOOD -> good;
      case NEW -> fresh;
      case POOR -> poor;
    };
  }
}
