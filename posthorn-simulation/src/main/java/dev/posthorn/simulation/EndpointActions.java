package dev.posthorn.simulation;

import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Everything that users do with endpoints in a run. */
final class EndpointActions {
  private static final int MOST = 12;

  /** A node without its database sends for up to the time of a lease. */
  private static final long FOLLOWED_NANOS = 2 * SimDatabase.LEASE_MILLIS * 1_000_000;

  private final Simulation world;
  private final Workload workload;
  private final CancelActions cancellations;
  private final Random random;
  private long numbers;

  EndpointActions(Simulation world, Workload workload, CancelActions cancellations) {
    this.cancellations = cancellations;
    this.world = world;
    this.workload = workload;
    this.random = world.random();
  }

  /** Returns how many endpoints were created; their numbers begin with 0. */
  long created() {
    return numbers;
  }

  /** Returns an endpoint with which something may be wrong, or 0. */
  long any() {
    return workload.any(
        world.tables().endpoints().values().stream()
            .filter(row -> !world.isSound(world.number(row)))
            .map(EndpointRow::id)
            .toList());
  }

  /** Creates another endpoint, unless there are enough. */
  void create() {
    if (numbers < MOST) {
      var unused =
          world
              .engine()
              .endpointAdmin()
              .create(workload.application(), EndpointDraft.of(next(random)));
    }
  }

  /** Returns another endpoint for another process to add, unless there are enough. */
  Optional<EndpointRow> add(long id, long application, Random chance) {
    return numbers < MOST
        ? Optional.of(new EndpointRow(id, application, next(chance), EndpointState.ENABLED, 0, 0))
        : Optional.empty();
  }

  private EndpointSpec next(Random chance) {
    long number = numbers++;
    boolean sound = world.isSound(number);
    EndpointPolicy policy =
        EndpointPolicy.builder()
            .ordered(!sound && chance.nextInt(3) == 0)
            .rateLimit(!sound && chance.nextInt(4) == 0 ? 1 + chance.nextInt(20) : 0)
            .concurrency(!sound && chance.nextInt(3) == 0 ? 1 + chance.nextInt(3) : 0)
            .retryWaits(
                chance.nextBoolean()
                    ? SimOptions.schedule(chance, world.hasNodes(), world.length())
                    : null)
            .wireFormat(SimWireFormat.NAME)
            .build();
    List<String> types =
        chance.nextBoolean() ? List.of() : List.of("t" + chance.nextInt(Workload.TYPES), "t0");
    return EndpointSpec.to("http://e" + number + ".test/").eventTypes(types).policy(policy).build();
  }

  void changeState() {
    EndpointState[] states = {EndpointState.ENABLED, EndpointState.PAUSED, EndpointState.DISABLED};
    state(any(), states[random.nextInt(states.length)]);
  }

  void state(long endpoint, EndpointState state) {
    if (endpoint != 0) {
      var unused = world.engine().endpointAdmin().update(endpoint, to(state));
    }
  }

  private UnaryOperator<EndpointRow> to(EndpointState state) {
    long now = Ids.timeOf(world.tables().idFloor);
    return row -> row.with(state, now);
  }

  void cancel() {
    EndpointRow row = world.tables().everEndpoint(any());
    if (row != null) {
      long endpoint = row.id();
      world.ledger().endings().canceledEndpoint(endpoint);
      Predicate<LiveRow> known = cancellations.known(live -> live.endpoint() == endpoint);
      var unused =
          world
              .engine()
              .deliveries()
              .cancelAll(endpoint)
              .thenRun(
                  () -> {
                    world.ledger().endings().answeredCanceledEndpoint(endpoint);
                    cancellations.cancelled(row.application(), known);
                  });
    }
  }

  void delete() {
    long endpoint = any();
    if (endpoint != 0 && random.nextInt(3) == 0) {
      world.ledger().endings().canceledEndpoint(endpoint);
      var unused = world.engine().endpointAdmin().delete(endpoint).thenRun(() -> deleted(endpoint));
    }
  }

  private long application(long endpoint) {
    EndpointRow row = world.tables().everEndpoint(endpoint);
    return row == null ? 0 : row.application();
  }

  /** An endpoint was removed. A node other than the one that did it sends on for a while. */
  private void deleted(long endpoint) {
    Runnable check =
        () -> {
          world.ledger().removed(endpoint);
          cancellations.cancelled(application(endpoint), row -> row.endpoint() == endpoint);
        };
    if (world.hasNodes()) {
      world.clock().after(FOLLOWED_NANOS, check);
    } else {
      check.run();
    }
  }
}
