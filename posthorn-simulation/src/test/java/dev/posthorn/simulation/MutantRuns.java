package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineRuntime;
import java.util.function.LongToIntFunction;

/**
 * Runs of an engine with a planted mistake.
 *
 * @param mutant starts the engine
 * @param nodes the number of nodes of a seed
 * @param test the test that repeats a run: the command line has no mutants
 */
record MutantRuns(Launcher mutant, LongToIntFunction nodes, String test) {
  private static final int RUNS = 2_000;

  /** A run may end with another promise that broke on the way; then the next one is looked at. */
  void assertCaught(String promise) {
    Launcher named = named();
    assertThatThrownBy(() -> Seeds.from(1, RUNS).forEach(seed -> run(seed, named, promise)))
        .as("%d runs of an engine that breaks \"%s\"", RUNS, promise)
        .isInstanceOf(Violation.class)
        .hasMessageContaining(promise)
        .hasMessageContaining("Repeat this run: " + Seeds.VARIABLE + "=")
        .hasMessageEndingWith(" bin/test " + test);
  }

  private Launcher named() {
    return new Launcher() {
      @Override
      public Engine start(EngineConfig config, EngineRuntime runtime) {
        return mutant.start(config, runtime);
      }

      @Override
      public SimProtocol protocol() {
        return mutant.protocol();
      }

      @Override
      public void checkNothingOwned(Engine engine) {
        mutant.checkNothingOwned(engine);
      }

      @Override
      public void checkIdle(Engine engine) {
        mutant.checkIdle(engine);
      }

      @Override
      public String command(long seed, int count) {
        return Seeds.command(seed, test);
      }
    };
  }

  private void run(long seed, Launcher named, String promise) {
    try {
      Simulation.run(seed, nodes.applyAsInt(seed), named);
    } catch (Violation e) {
      if (String.valueOf(e.getMessage()).contains(promise)) {
        throw e;
      }
    }
  }
}
