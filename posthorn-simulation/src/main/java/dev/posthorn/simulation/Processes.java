package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;

/** The processes whose engines work on the simulated disk. */
interface Processes {
  /** Starts all of them. */
  void start();

  /** Returns the engine of a process that runs. */
  Engine engine();

  /** Returns whether an engine has heard of all that others have done: it answers users by that. */
  boolean isUpToDate(Engine engine);

  /** Returns how many engines have ended before their time. */
  int crashes();

  /** Kills a process and starts another one on what is on the disk. */
  void crash();

  /** Does what follows from the last event, and looks whether bounds are kept. */
  void stepped();

  /** Disturbs a process, or its way to the disk. */
  void disturb(int kind);

  /** Sets a clock. */
  void setClock();

  /** Sets the trouble of the disk. */
  void trouble(SimFaults.Trouble trouble);

  /** Returns whether a process waits for the result of a commit that it does not know. */
  boolean isUnsure();

  /** Returns how many batches were refused: an outcome in one may never be stored. */
  int rejections();

  /** Ends all faults. */
  void heal();

  /**
   * An exchange starts.
   *
   * @return whether its outcome can be stored
   * @throws Violation if it must not start
   */
  boolean mayStore(SimStore from, long endpoint);

  /** Stops all engines, for which there is nothing left to do, and looks at each. */
  void requireIdle();
}
