package dev.posthorn.simulation;

import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Everything that users do with endpoints in a run. */
final class EndpointActions {
  private static final int MOST = 12;

  private final Simulation world;
  private final Workload workload;
  private final Random random;
  private long numbers;

  EndpointActions(Simulation world, Workload workload) {
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
            .retryWaits(chance.nextBoolean() ? SimOptions.schedule(chance) : null)
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
    long endpoint = any();
    if (endpoint != 0) {
      world.ledger().endings().canceledEndpoint(endpoint);
      long last = world.tables().idFloor;
      var unused =
          world
              .engine()
              .deliveries()
              .cancelAll(endpoint)
              .thenRun(
                  () ->
                      workload.cancelled(
                          row ->
                              row.endpoint() == endpoint
                                  && row.id() <= last
                                  && !world.elsewhere().hasAccepted(row.message())));
    }
  }

  void delete() {
    long endpoint = any();
    if (endpoint != 0 && random.nextInt(3) == 0) {
      world.ledger().endings().canceledEndpoint(endpoint);
      var unused =
          world
              .engine()
              .endpointAdmin()
              .delete(endpoint)
              .thenRun(
                  () -> {
                    world.ledger().cancellations().removed(endpoint);
                    workload.cancelled(row -> row.endpoint() == endpoint);
                  });
    }
  }
}
