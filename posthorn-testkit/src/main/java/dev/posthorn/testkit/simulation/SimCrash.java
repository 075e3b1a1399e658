package dev.posthorn.testkit.simulation;

/** The process ends here, in the middle of what it does. Nothing in the engine may catch it. */
final class SimCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimCrash() {
    super("the simulated process was killed", null, false, false);
  }
}
