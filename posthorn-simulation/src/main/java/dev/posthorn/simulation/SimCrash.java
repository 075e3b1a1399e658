package dev.posthorn.simulation;

/**
 * The process ends here, in the middle of what it does. The engine catches this as it catches all;
 * but it is dead then: nothing that it does has an effect any more.
 */
final class SimCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimCrash() {
    super("the simulated process was killed", null, false, false);
  }
}
