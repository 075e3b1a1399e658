package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environments and tokens as of a batch: as its changes leave them, or else as they are in
 * memory. Owned by the writer.
 */
final class StagedEnvironments {
  private final EnvironmentRegistry memory;

  /** The environments that the batch changes; empty: removes. */
  private final Map<Long, Optional<EnvironmentRow>> environments = new LinkedHashMap<>();

  /** The ids of environments that the batch adds, by name. */
  private final Map<String, Long> names = new HashMap<>();

  /** The tokens that the batch changes; empty: removes. */
  private final Map<Long, Optional<TokenRow>> tokens = new LinkedHashMap<>();

  /** The ids of tokens that the batch adds, by hash. */
  private final Map<ByteBuffer, Long> hashes = new HashMap<>();

  StagedEnvironments(EnvironmentRegistry memory) {
    this.memory = memory;
  }

  /** Returns an environment, or null. */
  @Nullable EnvironmentRow environment(long id) {
    Optional<EnvironmentRow> here = environments.get(id);
    return here != null ? here.orElse(null) : memory.environment(id);
  }

  /** Returns the environment with a name, which never changes, or null. */
  @Nullable EnvironmentRow environment(String name) {
    Long added = names.get(name);
    if (added != null) {
      return environment(added);
    }
    EnvironmentRow present = memory.environment(name);
    return present == null ? null : environment(present.id());
  }

  /** Returns a token, or null. */
  @Nullable TokenRow token(long id) {
    Optional<TokenRow> here = tokens.get(id);
    return here != null ? here.orElse(null) : memory.token(id);
  }

  /** Returns the token with a hash, or null. */
  @Nullable TokenRow token(byte[] hash) {
    Long added = hashes.get(ByteBuffer.wrap(hash));
    TokenRow here = added == null ? null : token(added);
    if (here != null) {
      return here;
    }
    TokenRow present = memory.token(hash);
    return present == null ? null : token(present.id());
  }

  // ---- changes -------------------------------------------------------------------------------

  void put(EnvironmentRow row) {
    environments.put(row.id(), Optional.of(row));
    names.put(row.name(), row.id());
  }

  void removeEnvironment(long id) {
    environments.put(id, Optional.empty());
  }

  void put(TokenRow row) {
    tokens.put(row.id(), Optional.of(row));
    hashes.put(ByteBuffer.wrap(row.hash()), row.id());
  }

  void removeToken(long id) {
    tokens.put(id, Optional.empty());
  }

  // ---- after the commit ----------------------------------------------------------------------

  /** Brings memory to the state as of the batch. May be called again if it throws. */
  void apply() {
    environments.forEach(
        (id, row) -> row.ifPresentOrElse(memory::put, () -> memory.removeEnvironment(id)));
    tokens.forEach((id, row) -> row.ifPresentOrElse(memory::put, () -> memory.removeToken(id)));
  }
}
