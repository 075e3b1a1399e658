package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.spi.store.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over from nodes whose leases are over, claims partitions that nobody owns, and gives away
 * what is more than this node's share: a step at a time, on a thread and a connection of its own.
 * There is no coordinator: each node looks at the same rows, four to seven times a second.
 */
final class Balancer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
  private static final Duration PERIOD = Duration.ofMillis(150);
  private static final Duration SOON = Duration.ofMillis(30);
  private static final int JITTER_MILLIS = 70;

  /** The time after the loss of a node in which little is given away: it may come back. */
  private static final Duration UNSURE = Duration.ofMinutes(1);

  private final SingleConnection connection;
  private final NodeTables tables;
  private final LeaseClocks clocks;
  private final Supplier<Seat> seat;
  private final Assignments assignments;
  private final LongSupplier settled;
  private final SilentNodes silent;
  private final Random random = new Random();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean leaving;

  /** The number of nodes that claimed at the last look. */
  private int claiming;

  /** The nodes among them that have joined in the present timeline. */
  private Set<Long> present = Set.of();

  private long unsureUntil;

  /** The seat that said whether it claims, and what it said. */
  private @Nullable Announcement announced;

  /** The id that was published last. */
  private long published;

  /** The timeline in which the others were seen. */
  private Timeline watched = new Timeline(Timeline.UNKNOWN);

  private record Announcement(Seat seat, boolean claims) {}

  private final Drain drain = new Drain();
  private final AtomicLong takeovers = new AtomicLong();

  Balancer(
      SingleConnection connection,
      NodeTables tables,
      LeaseClocks clocks,
      Supplier<Seat> seat,
      Assignments assignments,
      LongSupplier settled) {
    this.connection = connection;
    this.tables = tables;
    this.clocks = clocks;
    this.seat = seat;
    this.assignments = assignments;
    this.settled = settled;
    this.silent = new SilentNodes(clocks);
    this.unsureUntil = clocks.nanoTime().getAsLong();
    this.thread = Thread.ofPlatform().name("posthorn-balance").daemon().unstarted(this::lookAll);
  }

  void start() {
    thread.start();
  }

  /** Takes no more partitions, and says so to the others. Any thread may call it. */
  void leave() {
    leaving = true;
    LockSupport.unpark(thread);
  }

  /** Returns whether this node gives its partitions away because somebody asked it to. */
  boolean isDraining() {
    return drain.isInForce();
  }

  /** Returns the number of nodes that this one has taken over from. */
  long takeovers() {
    return takeovers.get();
  }

  private void lookAll() {
    boolean failed = false;
    while (!stopped) {
      Duration pause = PERIOD;
      try {
        pause = look() ? SOON : PERIOD;
        failed = false;
      } catch (SQLException | RuntimeException | Error e) {
        LOG.debug("Failed to look at the nodes", e);
        if (!failed) {
          LOG.warn("Partitions not balanced, retried: {}", e.getMessage());
        }
        failed = true;
      }
      if (!stopped) {
        LockSupport.parkNanos(pause.plusMillis(random.nextInt(JITTER_MILLIS)).toNanos());
      }
    }
  }

  /** Looks once, and takes a step; returns whether the next one should follow soon. */
  boolean look() throws SQLException {
    Seat me = seat.get();
    if (me.isLost()) {
      return false; // the writer joins again
    }
    try {
      return look(me);
    } catch (StoreException e) {
      if (e.reason() != StoreException.Reason.LOST) {
        throw e;
      }
      me.lose();
      return false;
    }
  }

  private boolean look(Seat me) throws SQLException {
    watch(me.timeline());
    announce(me);
    Set<Integer> owned = assignments.owned(); // before the rows: what is released then is free
    NodeTables.State state = transact(me, tables::read);
    if (takeOver(me, state)) {
      state = transact(me, tables::read);
    }
    note(me, state);
    if (state.members().size() > 1) {
      publish(me);
    }
    owned.addAll(claim(me, state.unknown(me.node(), owned)));
    if (leaving) {
      return false;
    }
    if (drain.look(me, state)) {
      announce(me);
    }
    if (drain.isInForce()) {
      assignments.revokeAll();
      return false;
    }
    return balance(me, owned, state);
  }

  /** Runs a transaction, unless another database has taken the place of the one of a seat. */
  private <T> T transact(Seat me, Writer.Work<T> work) throws SQLException {
    return connection.transact(
        session -> {
          if (!me.timeline().isPresent(session)) {
            throw new StoreException(
                StoreException.Reason.LOST, "The database is another one", null);
          }
          return work.run(session);
        });
  }

  /**
   * Watches others anew in another timeline: they may have renewed their leases in the one before,
   * and it is not known here.
   */
  private void watch(Timeline timeline) {
    if (!timeline.equals(watched)) {
      silent.retain(Set.of());
      present = Set.of();
      watched = timeline;
    }
  }

  /** Tells others how far they may read, if that has changed. */
  private void publish(Seat me) throws SQLException {
    long ids = settled.getAsLong();
    if (ids > published) {
      transact(
          me,
          session -> {
            tables.settle(session, me.node(), ids);
            return true;
          });
      published = ids;
    }
  }

  private void announce(Seat me) throws SQLException {
    Announcement last = announced;
    Announcement now = new Announcement(me, !leaving && !drain.isInForce());
    if (!now.equals(last)) {
      // Who joins again was asked under another number.
      boolean drains = leaving || (drain.isAsked() && last != null && !last.seat.equals(me));
      transact(
          me,
          session -> {
            tables.claims(session, me.node(), now.claims, drains);
            return true;
          });
      announced = now;
    }
  }

  /**
   * Takes over from the nodes whose leases are over; returns whether there was one. A node of an
   * earlier timeline may have renewed its lease in commits that are missing, so only a whole lease
   * without a sign of it counts.
   */
  private boolean takeOver(Seat me, NodeTables.State state) throws SQLException {
    boolean any = false;
    for (NodeTables.Member member : state.members()) {
      boolean quiet = silent.isSilent(member.node(), member.renewal(), member.durationMillis());
      boolean gone = quiet || member.hasEnded();
      boolean expired = member.expired() && !member.timeline().differsFrom(me.timeline());
      if (member.node() != me.node().id()
          && (expired || gone)
          && transact(me, session -> tables.takeOver(session, member, gone))) {
        LOG.info(
            "Took over from {}: its {} has ended",
            member.host(),
            member.expired() || quiet ? "lease" : "process");
        takeovers.incrementAndGet();
        any = true;
      }
    }
    return any;
  }

  /** Takes note of the nodes, and of the loss of one. */
  private void note(Seat me, NodeTables.State state) {
    Set<Long> all = new HashSet<>();
    Set<Long> nowPresent = new HashSet<>();
    claiming = 0;
    for (NodeTables.Member member : state.members()) {
      all.add(member.node());
      if (member.claims()) {
        claiming++;
        if (!member.timeline().differsFrom(me.timeline())) {
          nowPresent.add(member.node());
        }
      }
    }
    // Who leaves says so first; who joins again after a failover is not lost.
    if (!all.containsAll(present)) {
      unsureUntil = clocks.nanoTime().getAsLong() + UNSURE.toNanos();
    }
    present = nowPresent;
    silent.retain(all);
  }

  private boolean balance(Seat me, Set<Integer> owned, NodeTables.State state) throws SQLException {
    List<Integer> free = new ArrayList<>();
    if (state.members().stream().noneMatch(one -> one.timeline().differsFrom(me.timeline()))) {
      free.addAll(state.ownedBy(0));
    } // else a node that has not heard of a failover may own partitions that seem to be free
    int nodes = Math.max(1, claiming);
    Balance next =
        Balance.of(
            new Balance.Sight(nodes, owned.size(), assignments.revoked(), free.size()),
            clocks.nanoTime().getAsLong() - unsureUntil < 0);
    if (next.claims() > 0) {
      Collections.shuffle(free, random); // else all nodes claim the same ones
      var unused = claim(me, free.subList(0, next.claims()));
    }
    if (next.releases() > 0) {
      Set<Integer> given = assignments.revoke(next.releases(), random);
      LOG.debug("Giving away partitions {}", given);
    }
    return next.claims() > 0;
  }

  /** Claims partitions; returns those that are this node's from now on. */
  private Set<Integer> claim(Seat me, Collection<Integer> wanted) throws SQLException {
    if (wanted.isEmpty()) {
      return Set.of();
    }
    Set<Integer> claimed = transact(me, session -> tables.claim(session, me.node(), wanted));
    assignments.add(claimed, me);
    LOG.debug("Claimed partitions {}", claimed);
    return claimed;
  }

  /** Takes steps until this node has its share of what is free, before it begins to work. */
  void begin() throws SQLException {
    while (look()) {
      // There is more.
    }
  }

  /** Looks no more. Any thread may call it. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    stop();
    try (SingleConnection last = Objects.requireNonNull(connection)) {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
