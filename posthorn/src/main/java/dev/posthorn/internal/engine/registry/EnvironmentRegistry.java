package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All environments and tokens, in memory. Everybody reads; the writer applies committed changes
 * ({@link StagedEnvironments}), so a token that was ended is refused from then on.
 */
public final class EnvironmentRegistry {
  private static final int PAGE = 1_000;

  private final Map<Long, EnvironmentRow> environments = new ConcurrentHashMap<>();
  private final Map<String, EnvironmentRow> byName = new ConcurrentHashMap<>();
  private final Map<Long, TokenRow> tokens = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, TokenRow> byHash = new ConcurrentHashMap<>();
  private final TokenIndex byUse = new TokenIndex();

  /** The tokens that expire, by time. Writer only. */
  private final TreeSet<TokenRow> byEnd =
      new TreeSet<>(Comparator.comparingLong(TokenRow::expires).thenComparingLong(TokenRow::id));

  /** Reads everything from a store. */
  public static EnvironmentRegistry load(Store store) {
    EnvironmentRegistry all = new EnvironmentRegistry();
    long after = Long.MIN_VALUE;
    for (List<EnvironmentRow> page; !(page = store.environments(after, PAGE)).isEmpty(); ) {
      page.forEach(all::put);
      after = page.get(page.size() - 1).id();
    }
    after = Long.MIN_VALUE;
    for (List<TokenRow> page; !(page = store.tokens(after, PAGE)).isEmpty(); ) {
      page.forEach(all::put);
      after = page.get(page.size() - 1).id();
    }
    return all;
  }

  @Nullable EnvironmentRow environment(long id) {
    return environments.get(id);
  }

  @Nullable EnvironmentRow environment(String name) {
    return byName.get(name);
  }

  public List<EnvironmentRow> environments() {
    return environments.values().stream()
        .sorted(Comparator.comparingLong(EnvironmentRow::id))
        .toList();
  }

  @Nullable TokenRow token(byte[] hash) {
    return byHash.get(ByteBuffer.wrap(hash));
  }

  @Nullable TokenRow token(long id) {
    return tokens.get(id);
  }

  /** Returns all tokens, in any order. */
  Collection<TokenRow> tokens() {
    return tokens.values();
  }

  /** Returns the tokens of an environment of one kind, by id. */
  List<TokenRow> tokensOf(long environment, TokenRow.Kind kind) {
    return byUse.of(environment, kind).stream()
        .sorted(Comparator.comparingLong(TokenRow::id))
        .toList();
  }

  /** Returns the tokens of one kind that open only one application, by id. */
  List<TokenRow> tokensOf(long environment, TokenRow.Kind kind, long application) {
    return byUse.of(environment, kind, application);
  }

  /** Returns the number of tokens of one kind for an environment (0), or for one application. */
  int tokens(long environment, TokenRow.Kind kind, long application) {
    return byUse.size(environment, kind, application);
  }

  /** Returns tokens that have expired at a time, oldest first. Writer only. */
  List<TokenRow> expired(long now, int limit) {
    return byEnd.stream().takeWhile(row -> row.expires() <= now).limit(limit).toList();
  }

  // ---- committed changes; writer only --------------------------------------------------------

  /** Applies a new or changed environment. */
  void put(EnvironmentRow row) {
    EnvironmentRow before = environments.put(row.id(), row);
    if (before != null) {
      byName.remove(before.name(), before);
    }
    byName.put(row.name(), row);
  }

  /** Applies the removal of an environment. */
  void removeEnvironment(long id) {
    EnvironmentRow before = environments.get(id);
    if (before != null) {
      byName.remove(before.name(), before);
      environments.remove(id);
    }
  }

  /** Applies a new or changed token. */
  void put(TokenRow row) {
    TokenRow before = tokens.put(row.id(), row);
    if (before != null) {
      byEnd.remove(before);
      byUse.remove(before);
    }
    if (row.expires() != 0) {
      byEnd.add(row);
    }
    byUse.put(row);
    byHash.put(ByteBuffer.wrap(row.hash()), row);
  }

  /** Applies the removal of a token. */
  void removeToken(long id) {
    TokenRow before = tokens.get(id);
    if (before != null) {
      byEnd.remove(before);
      byUse.remove(before);
      byHash.computeIfPresent(
          ByteBuffer.wrap(before.hash()), (hash, row) -> row.id() == id ? null : row);
      tokens.remove(id);
    }
  }
}
