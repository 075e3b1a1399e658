package dev.posthorn.simulation;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.Router;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Another node on the same store: it accepts messages for the partitions of the engine, asks for
 * cancellations there, and owns what the engine does not own. It delivers some of what the engine
 * hands off to it. What it does is on disk at once, also while the engine waits for a commit.
 */
final class OtherNode {
  private static final long MILLI = 1_000_000;
  private static final long SENT_NANOS = 30_000 * MILLI;
  private static final int SLOT = 1;
  private static final long LIFETIME_MILLIS = 30L * 24 * 3_600_000;
  private static final long KEPT_MILLIS = 12L * 3_600_000;

  private final Simulation world;
  private final Workload workload;
  private final SimTables tables;
  private final Random random;
  private final IdSequence ids = new IdSequence(0);

  private OtherNode(Simulation world, Workload workload) {
    this.world = world;
    this.workload = workload;
    this.tables = world.tables();
    this.random = new Random(world.random().nextLong());
    ids.use(SLOT);
  }

  /** Starts another node, if the engine shares its store. */
  static void startIfShared(Simulation world, Workload workload) {
    if (world.tables().isShared()) {
      OtherNode other = new OtherNode(world, workload);
      world.faults().meanwhile(other::maybe);
      other.later();
    }
  }

  private void later() {
    world
        .clock()
        .after(
            random.nextInt(400) * MILLI,
            () -> {
              if (!workload.isOver()) {
                act();
                later();
              }
            });
  }

  private void maybe() {
    if (!workload.isOver() && random.nextInt(4) == 0) {
      act();
    }
  }

  private void act() {
    switch (random.nextInt(8)) {
      case 0, 1 -> accept();
      case 2 -> cancel();
      default -> deliver();
    }
  }

  private long now() {
    return Ids.timeOf(tables.idFloor);
  }

  private Batch batch() {
    Batch batch = new Batch();
    batch.now = world.clock().earliestMillis();
    return batch;
  }

  private boolean commit(Batch batch) {
    batch.idFloor = ids.last();
    try {
      tables.apply(batch);
      return true;
    } catch (StoreException e) { // a key is used
      return false;
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void accept() {
    List<Long> applications = List.copyOf(tables.applications().keySet());
    if (applications.isEmpty()) {
      return;
    }
    long application = applications.get(random.nextInt(applications.size()));
    String eventId = random.nextInt(3) == 0 ? "event-" + random.nextInt(100) : null;
    String type = eventId == null ? "t" + random.nextInt(Workload.TYPES) : "t0";
    int more = (eventId == null ? random.nextInt() : eventId.hashCode()) & 7;
    SendRequest request =
        new SendRequest(
            application,
            type,
            List.of(),
            "text/plain",
            SimPayload.of(eventId, 0, more == 0 ? Simulation.LARGE : 0),
            new SendRequest.Options(eventId, 0, 0, null));
    accept(request);
  }

  private void accept(SendRequest request) {
    long[] targets =
        tables
            .eachEndpoint()
            .filter(row -> row.application() == request.application() && wants(row, request))
            .mapToLong(EndpointRow::id)
            .sorted()
            .toArray();
    long id = ids.next(now(), targets.length);
    Batch batch = batch();
    PartitionBatch rows = batch.in(Rebalances.partitionOf(request.application()));
    rows.messages.add(
        new MessageRow(id, request.application(), request.spec(), targets, request.body()));
    long due = Ids.timeOf(id);
    for (int i = 0; i < targets.length; i++) {
      LiveRow hot = LiveRow.hot(id + 1 + i, targets[i], id, due, due + LIFETIME_MILLIS);
      rows.parked.add(hot.parkedUntil(due, 0));
    }
    if (targets.length > 0) {
      rows.handoffs.add(HandoffRow.deliveries(id, id + 1, due, targets));
    }
    String eventId = request.options().eventId();
    if (eventId != null) {
      String scope = "event:" + request.application();
      long expires = batch.now + KEPT_MILLIS;
      batch.dedupe.add(new DedupeRow(scope, eventId, request.hash(), id, expires));
    }
    if (commit(batch)) {
      world.elsewhere().accepted(id, targets.length);
      untilKnown(rows.partition(), id);
    }
  }

  private static boolean wants(EndpointRow row, SendRequest request) {
    return Router.choose(row, request.type(), request.channels()) == Router.Choice.MATCHED;
  }

  /** Lets the ledger know of a message once its owner has taken it in, which owes it then. */
  private void untilKnown(int partition, long id) {
    if (tables.in(partition).handoffs.containsKey(id)) {
      world.clock().after(100 * MILLI, () -> untilKnown(partition, id));
    } else if (tables.message(id) != null) {
      world.witness(() -> world.ledger().accepted(id, false));
      if (world.isCalm()) { // the engine owns all then
        world.clock().after(SENT_NANOS, () -> world.witness(() -> requireSent(id)));
      }
    }
  }

  /** Endpoints that nothing is wrong with have a message soon after its owner has taken it in. */
  private void requireSent(long id) {
    MessageRow message = tables.message(id);
    for (long target : message == null ? new long[0] : message.targets()) {
      EndpointRow endpoint = tables.everEndpoint(target);
      if (endpoint != null
          && world.isSound(world.number(endpoint))
          && tables.attemptsOf(id).stream().noneMatch(row -> row.endpoint() == target)) {
        throw new Violation("handoff: removed, but message " + id + " is not sent to " + target);
      }
    }
  }

  // ---- cancellations -------------------------------------------------------------------------

  private void cancel() {
    List<LiveRow> live = tables.live().toList();
    if (live.isEmpty()) {
      return;
    }
    LiveRow row = live.get(random.nextInt(live.size()));
    EndpointRow endpoint = tables.everEndpoint(row.endpoint());
    if (endpoint == null || world.isSound(world.number(endpoint))) {
      return;
    }
    boolean all = random.nextInt(4) == 0;
    int partition = Rebalances.partitionOf(endpoint.application());
    long message = all ? 0 : row.message();
    CancelMark before = tables.in(partition).cancelMarks.get(List.of(message, row.endpoint()));
    long upTo = Math.max(before == null ? 0 : before.upTo(), all ? ids.next(now()) : row.id());
    CancelMark mark = new CancelMark(message, row.endpoint(), upTo);
    if (all) {
      world.ledger().endings().canceledEndpoint(row.endpoint());
    } else {
      world.ledger().endings().canceledMessage(row.message());
    }
    Batch batch = batch();
    batch.settings.add(new SettingChange.PutCancelMark(partition, mark));
    batch.in(partition).handoffs.add(HandoffRow.cancellation(ids.next(now()), mark));
    commit(batch);
  }

  // ---- what it owns --------------------------------------------------------------------------

  private void deliver() {
    for (int partition : SimOwnership.partitions()) {
      if (!world.rebalances().isOwnedByEngine(partition)) {
        deliver(partition, tables.in(partition));
      }
    }
  }

  private void deliver(int partition, SimPartition from) {
    List<LiveRow> waiting = new ArrayList<>();
    from.parked.values().forEach(rows -> waiting.addAll(rows.values()));
    waiting.stream()
        .filter(row -> random.nextBoolean() && mayDeliver(from, row))
        .forEach(row -> deliver(partition, row));
    Batch known = batch();
    from.handoffs.values().stream()
        .filter(row -> row.kind() == HandoffRow.Kind.DELIVERIES)
        .forEach(row -> known.in(partition).handoffRemovals.add(row.id()));
    commit(known);
  }

  private void deliver(int partition, LiveRow row) {
    world.witness(() -> world.ledger().exchange(row.message(), row.endpoint()).run());
    Batch batch = batch();
    AttemptRow attempt =
        AttemptRow.of(ids.next(now()), row)
            .kind(row.kind())
            .state(DeliveryState.SUCCEEDED)
            .spent(row.attempts() + 1)
            .status(200)
            .build();
    batch.in(partition).remove(row);
    batch.in(partition).attempts.add(attempt);
    commit(batch);
    world.elsewhere().delivered(attempt);
  }

  private boolean mayDeliver(SimPartition from, LiveRow row) {
    MessageRow message = from.messages.get(row.message());
    EndpointRow endpoint = from.endpoints.get(row.endpoint());
    return message != null
        && !message.expunged()
        && endpoint != null
        && endpoint.state() == EndpointState.ENABLED
        && !endpoint.policy().ordered()
        && from.laneStates.get(endpoint.id()) == null
        && row.due() <= now()
        && row.notBefore() <= now()
        && message.deliverAt() <= world.clock().earliestMillis()
        && world.clock().latestMillis() < tables.expires(message)
        && tables.live(row.message()).stream()
                .filter(one -> one.endpoint() == endpoint.id())
                .count()
            == 1
        && !isCancelled(from.cancelMarks, row);
  }

  private static boolean isCancelled(Map<List<Long>, CancelMark> marks, LiveRow row) {
    return Arrays.asList(
            marks.get(List.of(row.message(), 0L)),
            marks.get(List.of(row.message(), row.endpoint())),
            marks.get(List.of(0L, row.endpoint())))
        .stream()
        .anyMatch(mark -> mark != null && row.id() <= mark.upTo());
  }
}
