package dev.posthorn.simulation;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The actions of users, receivers, disk and clock in a run, until everything is made well. */
final class Workload {
  private static final long MILLI = 1_000_000;
  private static final long PRESSING_MILLIS = 300;
  static final int TYPES = 3;

  private final Simulation world;
  private final Random random;
  private final int actions;
  private final EndpointActions endpoints;
  private final CancelActions cancellations;
  private final List<Long> applications = new ArrayList<>();
  private int done;
  private boolean healing;
  private int enabling = -1;

  Workload(Simulation world) {
    this.world = world;
    this.random = world.random();
    this.actions = world.length().actions(random);
    this.cancellations = new CancelActions(world, this);
    this.endpoints = new EndpointActions(world, this, cancellations);
  }

  void start() {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      createApplication(1 + i % 2);
    }
  }

  /** Creates an application; another one, if that came to nothing or nobody knows. */
  private void createApplication(long environment) {
    var unused =
        engine()
            .applicationAdmin()
            .create(environment, null, "application", Map.of())
            .whenComplete(
                (row, why) -> {
                  if (why == null) {
                    created(row);
                  } else {
                    world.clock().after(1_000 * MILLI, () -> createApplication(environment));
                  }
                });
  }

  private void created(ApplicationRow row) {
    applications.add(row.id());
    int count = 1 + random.nextInt(6 / applications.size());
    for (int i = 0; i < count; i++) {
      endpoints.create();
    }
    if (applications.size() == 1) {
      later();
      OtherProcess.startIfShared(world, this, endpoints);
      world.polling().begin(row.id());
    }
  }

  /** Returns one of the applications. */
  long application() {
    return applications.get(random.nextInt(applications.size()));
  }

  private Engine engine() {
    return world.engine();
  }

  boolean isOver() {
    return done >= actions;
  }

  private void later() {
    long most = random.nextInt(10) == 0 ? longestPauseMillis() : 300;
    world.clock().after(random.nextLong(most) * MILLI, this::act);
  }

  /** Several nodes all look at their database all the time, so their runs are shorter. */
  private long longestPauseMillis() {
    return world.hasNodes() ? world.length().pauseMillis() : 20_000;
  }

  /** Longer than any exchange takes: one that began before may still disable its endpoint. */
  private long healingNanos() {
    return (world.hasNodes() ? world.length().exchangeMillis() + 2_000 : 30_000) * MILLI;
  }

  private void act() {
    done++;
    try {
      actOnce();
    } catch (PosthornException e) {
      // Refused: nothing was promised.
    }
    if (!isOver()) {
      later();
    }
  }

  private void actOnce() {
    switch (random.nextInt(26)) {
      case 9, 10, 11, 12 -> {
        if (!world.isCalm()) {
          disturb();
        }
      }
      case 0 -> endpoints.changeState();
      case 1 -> cancellations.cancelMessage(anyMessage());
      case 2 -> endpoints.cancel();
      case 3 -> replay();
      case 4 -> endpoints.create();
      case 5 -> endpoints.delete();
      case 6, 7, 8 -> changeMood();
      case 13 -> replayMany();
      case 14 -> {
        if (random.nextInt(10) == 0) {
          deleteApplication();
        }
      }
      default -> send();
    }
  }

  private void disturb() {
    int kind = random.nextInt(12);
    switch (kind) {
      case 0, 1 -> world.processes().setClock();
      case 5 -> limitApplication();
      case 2, 3 -> storeTrouble();
      default -> world.processes().disturb(kind);
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void send() {
    int burst = 1 + random.nextInt(random.nextInt(5) == 0 ? 40 : 6);
    for (int i = 0; i < burst; i++) {
      if (random.nextInt(8) == 0) {
        long application = application();
        String eventId = "event-" + random.nextInt(100);
        send(application, "t0", eventId, 0, 0);
        if (random.nextBoolean()) {
          send(application, "t0", eventId, 0, 0);
        }
      } else {
        long now = engine().millis();
        int far = world.length().scheduledMillis();
        long deliverAt = random.nextInt(10) == 0 ? now + random.nextInt(far) : 0;
        long expires = random.nextInt(10) == 0 ? now + random.nextInt(2 * far) : 0;
        send(application(), "t" + random.nextInt(TYPES), null, deliverAt, expires);
      }
    }
  }

  private void send(
      long application, String type, @Nullable String eventId, long deliverAt, long expires) {
    int more = (eventId == null ? random.nextInt() : eventId.hashCode()) & 7;
    byte[] body = SimPayload.of(eventId, expires, more == 0 ? Simulation.LARGE : 0);
    Engine engine = engine();
    long sent = world.clock().nanoTime();
    CallbackChecker.Expectation expected = world.ledger().callbacks().begin(application, engine);
    DeliveryCallback callback =
        attempt -> {
          world.witness(() -> expected.ended(attempt));
          world.surprises().maybe();
        };
    long kept = random.nextInt(10) == 0 ? 1 + random.nextInt(120_000) : 0;
    SendRequest.Options options =
        new SendRequest.Options(eventId, deliverAt, expires, callback).withPayloadMillis(kept);
    engine
        .messages()
        .accept(
            new SendRequest(application, type, List.of(), "text/plain", body, options),
            result -> {
              world.witness(
                  () -> {
                    expected.accepted(result);
                    world.ledger().accepted(application, result.message(), result.duplicate());
                    if (!result.duplicate()) {
                      world.ledger().endings().sent(result.message(), sent);
                    }
                  });
              world.surprises().maybe();
            },
            expected::refused);
  }

  private long anyMessage() {
    return any(world.tables().messages().keySet());
  }

  /** Returns one of some ids, or 0 if there is none. */
  long any(Collection<Long> ids) {
    List<Long> all = new ArrayList<>(ids);
    return all.isEmpty() ? 0 : all.get(random.nextInt(all.size()));
  }

  private void replay() {
    long endpoint = endpoints.any();
    if (endpoint != 0) {
      var unused = engine().deliveries().replay(anyMessage(), endpoint);
    }
  }

  private void replayMany() {
    if (random.nextInt(4) == 0) {
      var unused = engine().tasks().broadcast(1 + random.nextInt(2), Broadcasts.message());
      return;
    }
    long endpoint = endpoints.any();
    if (endpoint != 0) {
      TaskKind[] kinds = {
        TaskKind.RECOVER, TaskKind.REPLAY_MISSING, TaskKind.BULK_REPLAY, TaskKind.CANCEL
      };
      TaskKind kind = kinds[random.nextInt(kinds.length)];
      if (kind == TaskKind.CANCEL) {
        world.ledger().endings().canceledEndpoint(endpoint);
      }
      long now = Ids.timeOf(world.tables().idFloor) + 1;
      TaskOrder order = new TaskOrder(endpoint, now - random.nextInt(300_000), now);
      var unused = engine().tasks().start(kind, order);
      if (kind == TaskKind.RECOVER && !world.isCalm() && random.nextBoolean()) {
        failAgain(endpoint);
      }
    }
  }

  /** Kills the engine while recoveries are under way, which then fail. */
  private void failAgain(long endpoint) {
    EndpointRow row = world.tables().everEndpoint(endpoint);
    if (row != null) {
      world.receiver(world.number(row)).mood(SimReceiver.Mood.FAILING);
    }
    world
        .clock()
        .after(
            random.nextInt(1_000) * MILLI,
            () -> {
              if (!isOver()) {
                world.processes().crash();
              }
            });
  }

  /** Sets, changes or lifts the limit of what an application's endpoints get together. */
  private void limitApplication() {
    int perSecond = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(30);
    var unused = engine().applicationAdmin().update(application(), row -> limited(row, perSecond));
  }

  static ApplicationRow limited(ApplicationRow row, int perSecond) {
    return row.with(row.spec().withRateLimit(perSecond), row.updated());
  }

  private void deleteApplication() {
    long application = application();
    List<EndpointRow> rows =
        world.tables().endpoints().values().stream()
            .filter(row -> row.application() == application)
            .toList();
    if (rows.stream().anyMatch(row -> world.isSound(world.number(row)))) {
      return;
    }
    world.ledger().endings().deletedApplication(application);
    var unused = engine().applicationAdmin().delete(application);
  }

  // ---- the world -----------------------------------------------------------------------------

  private void changeMood() {
    SimReceiver.Mood[] moods = SimReceiver.Mood.values();
    long number = endpoints.created() == 0 ? 0 : random.nextLong(endpoints.created());
    if (!world.isSound(number)) {
      world.receiver(number).mood(moods[random.nextInt(moods.length)]);
    }
  }

  private void storeTrouble() {
    SimFaults.Trouble[] troubles = SimFaults.Trouble.values();
    SimFaults.Trouble trouble = troubles[random.nextInt(troubles.length)];
    world.processes().trouble(trouble);
    if (trouble == SimFaults.Trouble.NEARLY_FULL) {
      press(world.clock().nanoTime() + PRESSING_MILLIS * MILLI);
    }
    world
        .clock()
        .after(
            random.nextInt(5_000) * MILLI, () -> world.processes().trouble(SimFaults.Trouble.NONE));
  }

  /** Sends messages in nearly every batch: outcomes must not suffer from that. */
  private void press(long until) {
    try {
      send(application(), "t0", null, 0, 0);
    } catch (PosthornException e) {
      // Refused: nothing was promised.
    }
    if (world.clock().nanoTime() < until) {
      world.clock().after(random.nextLong(2 * MILLI), () -> press(until));
    }
  }

  // ---- the end -------------------------------------------------------------------------------

  /** Makes receivers healthy, the store reliable, and enables every endpoint. */
  void heal() {
    healing = true;
    world.surprises().end();
    world.endShortages();
    world.processes().heal();
    world.receivers().forEach(receiver -> receiver.mood(SimReceiver.Mood.HEALTHY));
    world.clock().after(healingNanos(), this::enableAll);
  }

  /** Earlier messages have their endpoints by now, and receivers that were gone are healthy. */
  private void enableAll() {
    enabling = world.processes().crashes();
    for (EndpointRow row : List.copyOf(world.tables().endpoints().values())) {
      endpoints.state(row.id(), EndpointState.ENABLED);
    }
    world.clock().after(healingNanos(), this::enableAgainAfterCrash);
  }

  private void enableAgainAfterCrash() {
    if (enabling == world.processes().crashes()) {
      healing = false;
    } else {
      enableAll();
    }
  }

  boolean isHealed() {
    return !healing;
  }
}
