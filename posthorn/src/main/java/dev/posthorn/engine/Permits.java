package dev.posthorn.engine;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many deliveries of one loop may be under way, and whose they are. Owned by the loop.
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
 */
class Permits {
  private static final Logger LOG = LoggerFactory.getLogger(Permits.class);

  private final int most;
  private final int mostUnproven;
  private final int mostPoor;
  private final Line good = new Line();
  private final Line fresh = new Line();
  private final Line poor = new Line();
  private int waiting;
  private boolean goodNext;

  /** What a lane has shown so far. */
  enum Standing {
    /** Its last exchange had an answer that is no sign of trouble, and none takes long. */
    GOOD,
    /** No exchange of it has ended yet. */
    NEW,
    /** It is slow, or its last exchange failed. */
    POOR
  }

  /** The lanes of one standing. */
  private static final class Line {
    final LinkedHashSet<Share> shares = new LinkedHashSet<>();
    int inUse;
  }

  /** What one lane has of the permits. */
  static final class Share {
    private final Runnable granter;
    private Standing standing = Standing.NEW;
    private int held;
    private boolean granted;
    private boolean waits;

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
  }

  Permits(EngineLimits limits, int loops) {
    most = Math.max(1, limits.permits() / loops);
    mostUnproven = Math.max(1, (int) (most * limits.slowShare()));
    mostPoor = Math.max(1, mostUnproven * 3 / 4);
  }

  /**
   * Returns limits with no more permits than four fifths of the connections that there may be: the
   * rest is for tests, and for connections that are being closed.
   */
  static EngineLimits fitting(EngineLimits limits, int connections) {
    int most = Math.max(1, connections - Math.ceilDiv(connections, 5));
    if (most >= limits.permits()) {
      return limits;
    }
    LOG.warn(
        "Cut deliveries under way from {} to {}: there may be {} connections to receivers, half of"
            + " the file descriptors that are free; allow the process more (ulimit -n, LimitNOFILE)",
        limits.permits(),
        most,
        connections);
    return limits.withPermits(most);
  }

  /** Returns how many are in use. */
  final int inUse() {
    return good.inUse + fresh.inUse + poor.inUse;
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

  /**
   * Takes a permit. If there is none the lane gets a turn when there is; if it holds too many it
   * has to wait for one of its own.
   */
  final boolean take(Share share) {
    if (share.granted) {
      share.granted = false;
      return true;
    }
    if (share.waits) {
      return false;
    }
    if (free(share.standing) <= 0 || !line(share.standing).shares.isEmpty()) {
      queue(share);
      return false;
    }
    if (!isFair(share)) {
      return false;
    }
    count(share, 1);
    return true;
  }

  /** The first is anybody's; of the half that is for more, a lane gets twice of what it leaves. */
  private boolean isFair(Share share) {
    return share.held == 0 || share.held < 2 * free(share.standing) - most(share.standing);
  }

  private int most(Standing standing) {
    return switch (standing) {
      case GOOD -> most;
      case NEW -> mostUnproven;
      case POOR -> mostPoor;
    };
  }

  /** Gives a permit back. */
  final void give(Share share) {
    count(share, -1);
  }

  /** A lane has had its turn: what it was granted and did not take is free again. */
  final void turned(Share share) {
    if (share.granted) {
      share.granted = false;
      count(share, -1);
    }
  }

  /** Notes what a lane has shown; what it holds is counted there from now on. */
  final void standing(Share share, Standing standing) {
    if (share.standing == standing) {
      return;
    }
    boolean waited = share.waits;
    if (waited) {
      unqueue(share);
    }
    line(share.standing).inUse -= share.held;
    line(standing).inUse += share.held;
    share.standing = standing;
    if (waited) {
      queue(share);
    }
  }

  /** Grants what is free to lanes in line, and gives each of those a turn. */
  final void grant() {
    while (waiting > 0) {
      Standing standing = next();
      if (standing == null) {
        return;
      }
      Share share = line(standing).shares.getFirst();
      unqueue(share);
      if (isFair(share)) {
        share.granted = true;
        count(share, 1);
        share.granter.run();
      }
    }
  }

  /** Lanes that do well and the others take turns; new ones go before poor ones, but only once. */
  private @Nullable Standing next() {
    goodNext = !goodNext;
    if (goodNext && mayGrant(Standing.GOOD)) {
      return Standing.GOOD;
    }
    if (mayGrant(Standing.NEW)) {
      return Standing.NEW;
    }
    if (mayGrant(Standing.POOR)) {
      return Standing.POOR;
    }
    return mayGrant(Standing.GOOD) ? Standing.GOOD : null;
  }

  private boolean mayGrant(Standing standing) {
    return !line(standing).shares.isEmpty() && free(standing) > 0;
  }

  private void count(Share share, int more) {
    share.held += more;
    line(share.standing).inUse += more;
  }

  private void queue(Share share) {
    share.waits = true;
    waiting++;
    line(share.standing).shares.add(share);
  }

  private void unqueue(Share share) {
    share.waits = false;
    waiting--;
    line(share.standing).shares.remove(share);
  }

  private Line line(Standing standing) {
    return switch (standing) {
      case GOOD -> good;
      case NEW -> fresh;
      case POOR -> poor;
    };
  }
}
