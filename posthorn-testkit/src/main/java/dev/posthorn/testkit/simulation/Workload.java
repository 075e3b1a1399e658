package dev.posthorn.testkit.simulation;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.engine.Engine;
import dev.posthorn.engine.TaskKind;
import dev.posthorn.engine.TaskOrder;
import dev.posthorn.error.PosthornException;
import dev.posthorn.id.Ids;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What users, receivers, disk and clock do in a run, until it is over and all is made well. */
final class Workload {
  private static final long MILLI = 1_000_000;
  private static final int TYPES = 3;
  private static final int MOST_ENDPOINTS = 12;

  private final Simulation world;
  private final Random random;
  private final int actions;
  private long application;
  private int done;
  private boolean healing;
  private int enabling = -1;
  private long numbers;

  Workload(Simulation world) {
    this.world = world;
    this.random = world.random();
    this.actions = 20 + random.nextInt(120);
  }

  void start() {
    var unused =
        engine()
            .administration()
            .createApplication(1, null, "application", Map.of())
            .thenAccept(this::created);
  }

  private void created(ApplicationRow row) {
    application = row.id();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      createEndpoint();
    }
    later();
  }

  private Engine engine() {
    return world.engine();
  }

  boolean isOver() {
    return done >= actions;
  }

  private void later() {
    long most = random.nextInt(10) == 0 ? 20_000 : 300;
    world.clock().after(random.nextLong(most) * MILLI, this::act);
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
    switch (random.nextInt(24)) {
      case 0 -> changeState();
      case 1 -> cancelMessage();
      case 2 -> cancelEndpoint();
      case 3 -> replay();
      case 4 -> createEndpoint();
      case 5 -> deleteEndpoint();
      case 6, 7, 8 -> changeMood();
      case 9 -> jump();
      case 10 -> storeTrouble();
      case 11 -> {
        if (random.nextInt(3) == 0) {
          world.crash();
        }
      }
      case 12 -> {
        if (random.nextInt(3) == 0) {
          world.faults().killInCommit();
        }
      }
      default -> send();
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void send() {
    int burst = 1 + random.nextInt(random.nextInt(5) == 0 ? 40 : 6);
    for (int i = 0; i < burst; i++) {
      if (random.nextInt(8) == 0) {
        String eventId = "event-" + random.nextInt(100);
        send("t0", eventId, 0);
        if (random.nextBoolean()) {
          send("t0", eventId, 0);
        }
      } else {
        boolean scheduled = random.nextInt(10) == 0;
        long deliverAt = scheduled ? world.clock().millis() + random.nextInt(60_000) : 0;
        send("t" + random.nextInt(TYPES), null, deliverAt);
      }
    }
  }

  private void send(String type, @Nullable String eventId, long deliverAt) {
    byte[] body = String.valueOf(eventId).getBytes(StandardCharsets.UTF_8);
    Acceptance.Options options = new Acceptance.Options(eventId, deliverAt, 0, null);
    engine()
        .accept(
            new Acceptance(application, type, List.of(), "text/plain", body, options),
            accepted -> world.journeys().accepted(accepted.message(), accepted.duplicate()),
            refused -> {});
  }

  private long anyMessage() {
    return any(world.tables().messages.keySet());
  }

  private long any(Collection<Long> ids) {
    List<Long> all = new ArrayList<>(ids);
    return all.isEmpty() ? 0 : all.get(random.nextInt(all.size()));
  }

  private void cancelMessage() {
    long message = anyMessage();
    world.journeys().cancelledMessage(message);
    var unused = engine().deliveries().cancel(message);
  }

  private void replay() {
    long endpoint = anyEndpoint();
    if (endpoint != 0 && random.nextInt(4) == 0) {
      replayMany(endpoint);
    } else if (endpoint != 0) {
      var unused = engine().deliveries().replay(anyMessage(), endpoint);
    }
  }

  private void replayMany(long endpoint) {
    TaskKind[] kinds = {TaskKind.RECOVER, TaskKind.REPLAY_MISSING, TaskKind.BULK_REPLAY};
    long now = world.clock().millis();
    TaskOrder order = new TaskOrder(endpoint, now - random.nextInt(60_000), now + 1);
    var unused = engine().tasks().start(kinds[random.nextInt(kinds.length)], order);
  }

  // ---- endpoints -----------------------------------------------------------------------------

  private long anyEndpoint() {
    return any(world.tables().endpoints.keySet());
  }

  private void createEndpoint() {
    if (numbers == MOST_ENDPOINTS) {
      return;
    }
    long number = numbers++;
    EndpointPolicy policy =
        new EndpointPolicy(
            random.nextInt(3) == 0,
            random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 0,
            random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0,
            0,
            random.nextBoolean() ? SimOptions.schedule(random) : null,
            SimWireFormat.NAME);
    List<String> types =
        random.nextBoolean() ? List.of() : List.of("t" + random.nextInt(TYPES), "t0");
    EndpointDraft draft =
        new EndpointDraft(
            null,
            "http://e" + number + ".test/",
            "",
            types,
            List.of(),
            policy,
            EndpointState.ENABLED,
            Map.of(),
            null,
            List.of());
    var unused = engine().administration().createEndpoint(application, draft);
  }

  private void changeState() {
    EndpointState[] states = {EndpointState.ENABLED, EndpointState.PAUSED, EndpointState.DISABLED};
    state(anyEndpoint(), states[random.nextInt(states.length)]);
  }

  private void state(long endpoint, EndpointState state) {
    if (endpoint != 0) {
      var unused = engine().administration().updateEndpoint(endpoint, to(state));
    }
  }

  private UnaryOperator<EndpointRow> to(EndpointState state) {
    long now = Ids.timeOf(world.tables().idFloor);
    return row -> row.with(state, now);
  }

  private void cancelEndpoint() {
    long endpoint = anyEndpoint();
    if (endpoint != 0) {
      world.journeys().cancelledEndpoint(endpoint);
      var unused = engine().deliveries().cancelAll(endpoint);
    }
  }

  private void deleteEndpoint() {
    long endpoint = anyEndpoint();
    if (endpoint != 0 && random.nextInt(3) == 0) {
      world.journeys().cancelledEndpoint(endpoint);
      var unused = engine().administration().deleteEndpoint(endpoint);
    }
  }

  // ---- the world -----------------------------------------------------------------------------

  private void changeMood() {
    SimReceiver.Mood[] moods = SimReceiver.Mood.values();
    if (numbers > 0) {
      world.receiver(random.nextLong(numbers)).mood(moods[random.nextInt(moods.length)]);
    }
  }

  private void jump() {
    long most = random.nextInt(10) == 0 ? 2 * 24 * 3_600_000 : 600_000;
    world.clock().jump(random.nextLong(-most, most));
  }

  private void storeTrouble() {
    SimFaults.Trouble[] troubles = SimFaults.Trouble.values();
    world.faults().trouble(troubles[random.nextInt(troubles.length)]);
    world
        .clock()
        .after(random.nextInt(5_000) * MILLI, () -> world.faults().trouble(SimFaults.Trouble.NONE));
  }

  // ---- the end -------------------------------------------------------------------------------

  /** Makes receivers healthy, the store reliable, and enables every endpoint. */
  void heal() {
    healing = true;
    world.faults().trouble(SimFaults.Trouble.NONE);
    world.receivers().forEach(receiver -> receiver.mood(SimReceiver.Mood.HEALTHY));
    world.clock().after(30_000 * MILLI, this::enableAll);
  }

  /** What was accepted before has its endpoints by now, and what was gone is healthy. */
  private void enableAll() {
    enabling = world.crashes();
    for (EndpointRow row : List.copyOf(world.tables().endpoints.values())) {
      state(row.id(), EndpointState.ENABLED);
    }
    world.clock().after(30_000 * MILLI, this::enableAgainAfterCrash);
  }

  private void enableAgainAfterCrash() {
    if (enabling == world.crashes()) {
      healing = false;
    } else {
      enableAll();
    }
  }

  boolean isHealed() {
    return !healing;
  }
}
