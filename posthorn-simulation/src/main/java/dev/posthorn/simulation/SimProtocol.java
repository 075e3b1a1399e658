package dev.posthorn.simulation;

/** The rules by which nodes of the simulated database pass partitions on. Mutants break them. */
public class SimProtocol {
  /** The rules as they are. */
  public static final SimProtocol PLAIN = new SimProtocol();

  /** Creates the rules. */
  protected SimProtocol() {}

  /**
   * Returns whether a transaction must not write.
   *
   * @param stored the epoch of the node in the database
   * @param known the epoch that the node believes to have
   */
  protected boolean isFenced(long stored, long known) {
    return stored != known;
  }

  /** Returns the epoch of a node after another one has taken over from it. */
  protected long epochAfterTakeover(long stored) {
    return stored + 1;
  }
}
