package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineLimits;
import java.util.LinkedHashSet;
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
 * <p>A lane gets a second permit only while more than half are free. So each lane gets one while
 * fewer than half as many hang, also if those did well until now. Lanes that find none wait in line
 * and are granted one each in turn.
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

  private final int most;
  private final int mostUnproven;
  private final int mostPoor;
  private final double unproven;
  private final long mostBytes;
  private final long small;
  private final Group good = new Group();
  private final Group fresh = new Group();
  private final Group poor = new Group();
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

  /** The lanes of one standing. */
  private static final class Group {
    final Line small = new Line();
    final Line large = new Line();
    int inUse;

    Line line(Size size) {
      return size == Size.SMALL ? small : large;
    }
  }

  /** The lanes of one standing whose payloads are of one size. */
  private static final class Line {
    final LinkedHashSet<Share> shares = new LinkedHashSet<>();
    long bytes;
  }

  /** The permits of one lane. */
  static final class Share {
    private final Runnable granter;
    private Standing standing = Standing.NEW;
    private int held;
    private long small;
    private long large;
    private boolean granted;
    private boolean waits;

    /** The bytes that the lane waits for, or was granted. */
    private long wanted;

    /**
     * Creates a share of nothing.
     *
     * @param turn gives the lane a turn, since it was granted a permit
     */
    Share(Runnable turn) {
      this.granter = turn;
    }

    /** Returns how many permits the lane holds. */
    int held() {
      return granted ? held - 1 : held;
    }

    private long bytes(Size size) {
      return size == Size.SMALL ? small : large;
    }
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

  private boolean hasRoom(Standing standing, long bytes) {
    Size size = size(bytes);
    boolean first = group(standing).line(size).bytes == 0 && bytes(size) <= mostBytes;
    return first || bytes <= freeBytes(standing, size);
  }

  /**
   * Takes a permit with room for so many bytes. If there is none the lane gets a turn when there
   * is; if it holds too much it has to wait for one of its own.
   */
  final boolean take(Share share, long bytes) {
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
    Line line = group(share.standing).line(size(bytes));
    if (free(share.standing) <= 0 || !hasRoom(share.standing, bytes) || !line.shares.isEmpty()) {
      queue(share, bytes);
      return false;
    }
    if (!isFair(share, bytes)) {
      return false;
    }
    count(share, 1, bytes, size(bytes));
    return true;
  }

  /**
   * Returns whether a lane may take one more. The first is anybody's; of the half for more, a lane
   * gets twice what it leaves.
   */
  private boolean isFair(Share share, long bytes) {
    Standing standing = share.standing;
    long held = share.bytes(size(bytes));
    return (share.held == 0 || share.held < 2 * free(standing) - most(standing))
        && (held == 0 || held < 2 * freeBytes(standing, size(bytes)) - mostBytes(standing));
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

  /** Gives a permit back, with the bytes that it holds. */
  final void give(Share share, long bytes) {
    count(share, -1, -bytes, size(bytes));
  }

  /** Gives back what a permit held for a small payload of unknown size and does not need. */
  final void shrink(Share share, long from, long to) {
    count(share, 0, to - from, size(from));
  }

  /** Frees the permit that a lane was granted and did not take in its turn. */
  final void turned(Share share) {
    if (share.granted) {
      share.granted = false;
      give(share, share.wanted);
    }
  }

  /** Sets the standing of a lane; its permits are counted there from now on. */
  final void standing(Share share, Standing standing) {
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

  private static void move(Share share, Group group, int sign) {
    group.inUse += sign * share.held;
    group.small.bytes += sign * share.small;
    group.large.bytes += sign * share.large;
  }

  /** Grants free permits to lanes in line, and gives each of those a turn. */
  final void grant() {
    largeNext = !largeNext;
    grant(largeNext ? Size.LARGE : Size.SMALL);
    grant(largeNext ? Size.SMALL : Size.LARGE);
  }

  private void grant(Size size) {
    for (Standing standing; (standing = next(size)) != null; ) {
      Share share = group(standing).line(size).shares.getFirst();
      unqueue(share);
      if (isFair(share, share.wanted)) {
        share.granted = true;
        count(share, 1, share.wanted, size);
        share.granter.run();
      }
    }
  }

  /**
   * Returns the standing whose turn it is, or null. Good lanes and the others take turns; new ones
   * go before poor ones, but only once.
   */
  private @Nullable Standing next(Size size) {
    if (isNobodyWaiting(size)) {
      return null;
    }
    goodNext = !goodNext;
    if (goodNext && mayGrant(Standing.GOOD, size)) {
      return Standing.GOOD;
    }
    if (mayGrant(Standing.NEW, size)) {
      return Standing.NEW;
    }
    if (mayGrant(Standing.POOR, size)) {
      return Standing.POOR;
    }
    return mayGrant(Standing.GOOD, size) ? Standing.GOOD : null;
  }

  private boolean isNobodyWaiting(Size size) {
    return good.line(size).shares.isEmpty()
        && fresh.line(size).shares.isEmpty()
        && poor.line(size).shares.isEmpty();
  }

  private boolean mayGrant(Standing standing, Size size) {
    LinkedHashSet<Share> shares = group(standing).line(size).shares;
    return !shares.isEmpty() && free(standing) > 0 && hasRoom(standing, shares.getFirst().wanted);
  }

  private void count(Share share, int more, long bytes, Size size) {
    Group group = group(share.standing);
    share.held += more;
    group.inUse += more;
    group.line(size).bytes += bytes;
    if (size == Size.SMALL) {
      share.small += bytes;
    } else {
      share.large += bytes;
    }
  }

  private void queue(Share share, long bytes) {
    share.waits = true;
    share.wanted = bytes;
    group(share.standing).line(size(bytes)).shares.add(share);
  }

  private void unqueue(Share share) {
    share.waits = false;
    group(share.standing).line(size(share.wanted)).shares.remove(share);
  }

  private Size size(long bytes) {
    return bytes <= small ? Size.SMALL : Size.LARGE;
  }

  private long bytes(Size size) {
    return good.line(size).bytes + fresh.line(size).bytes + poor.line(size).bytes;
  }

  private Group group(Standing standing) {
    return switch (standing) {
      case GOOD -> good;
      case NEW -> fresh;
      case POOR -> poor;
    };
  }
}
