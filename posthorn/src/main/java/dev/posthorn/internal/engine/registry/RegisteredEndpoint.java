package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint in memory: its settings, and the gate of its lane once it has one.
 *
 * <p>The writer applies committed changes; everybody reads it.
 */
public final class RegisteredEndpoint {
  public final long id;
  public final long environment;

  /** The partition of the store that has everything of its application. */
  public final int partition;

  private volatile Settings settings;
  private volatile @Nullable HeldGate gate;

  /** Its size within its application, see {@link EndpointSize}. Writer only. */
  long size;

  /**
   * The time from which on every attempt failed, or 0. Set by the lane's loop; reset when
   * re-enabled.
   */
  public volatile long failingSince;

  /**
   * The last stored state of its lane, or null. Set by the lane's loop; a new lane goes on from
   * there.
   */
  public volatile @Nullable LaneStateRow laneState;

  /** The last id of the waiting deliveries that are canceled, or 0. Set by the writer. */
  public volatile long cancelledUpTo;

  /** The gate of one tenure of the partition. */
  private record HeldGate(Tenure tenure, Gate gate) {}

  /** The settings, replaced as a whole. */
  public record Settings(EndpointRow row, List<SecretRow> secrets, boolean deleted) {
    public Settings {
      secrets = List.copyOf(secrets);
    }
  }

  public RegisteredEndpoint(
      long environment, int partition, EndpointRow row, List<SecretRow> secrets) {
    this.id = row.id();
    this.environment = environment;
    this.partition = partition;
    this.settings = new Settings(row, secrets, false);
  }

  /** Returns the owner of its secrets. */
  Keyring.Owner owner() {
    return new Keyring.Owner(environment, row().application());
  }

  public Settings settings() {
    return settings;
  }

  public EndpointRow row() {
    return settings.row;
  }

  public void settings(Settings changed) {
    settings = changed;
  }

  /**
   * Returns the gate of a tenure, made at first use. The writer and the lane's loop may both come
   * first: with a gate each, what one parked the other would never hear of. Must not be called for
   * a tenure that has ended if another one may have begun.
   */
  public Gate gate(int room, Tenure tenure) {
    Gate present = gateOrNull(tenure);
    return present != null ? present : makeGate(room, tenure);
  }

  private synchronized Gate makeGate(int room, Tenure tenure) {
    Gate present = gateOrNull(tenure);
    if (present == null) {
      present = new Gate(room);
      gate = new HeldGate(tenure, present);
    }
    return present;
  }

  /** Returns the gate of a tenure if there is one, or null. */
  @SuppressWarnings("ReferenceEquality") // a tenure is itself
  public @Nullable Gate gateOrNull(Tenure tenure) {
    HeldGate held = gate;
    return held != null && held.tenure == tenure ? held.gate : null;
  }
}
