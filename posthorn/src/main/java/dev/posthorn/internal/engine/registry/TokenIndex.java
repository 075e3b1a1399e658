package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.TokenRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Tokens by their use, so that those of one application are found among very many. The writer
 * changes it, everybody reads it.
 */
final class TokenIndex {
  private final NavigableMap<Place, TokenRow> tokens = new ConcurrentSkipListMap<>();

  /** The number of tokens of each group; expired ones too. */
  private final Map<Group, Integer> sizes = new ConcurrentHashMap<>();

  /** Tokens of one kind for the same environment or application. */
  private record Group(long environment, TokenRow.Kind kind, long application) {
    static Group of(TokenRow row) {
      return new Group(row.environment(), row.kind(), row.application());
    }
  }

  /** The place of a token: all of one environment, kind and application are neighbors. */
  private record Place(long environment, TokenRow.Kind kind, long application, long id)
      implements Comparable<Place> {
    static Place of(TokenRow row) {
      return new Place(row.environment(), row.kind(), row.application(), row.id());
    }

    @Override
    public int compareTo(Place other) {
      int order = Long.compare(environment, other.environment);
      order = order != 0 ? order : kind.compareTo(other.kind);
      order = order != 0 ? order : Long.compare(application, other.application);
      return order != 0 ? order : Long.compare(id, other.id);
    }
  }

  void put(TokenRow row) {
    if (tokens.put(Place.of(row), row) == null) {
      sizes.merge(Group.of(row), 1, Integer::sum);
    }
  }

  void remove(TokenRow row) {
    if (tokens.remove(Place.of(row)) != null) {
      sizes.computeIfPresent(Group.of(row), (group, size) -> size == 1 ? null : size - 1);
    }
  }

  /**
   * Returns the number of tokens of a kind for an environment (0), or for one of its applications.
   */
  int size(long environment, TokenRow.Kind kind, long application) {
    return sizes.getOrDefault(new Group(environment, kind, application), 0);
  }

  /** Returns the tokens of a kind that open an environment, or one application of it. */
  Collection<TokenRow> of(long environment, TokenRow.Kind kind) {
    return between(
        new Place(environment, kind, Long.MIN_VALUE, Long.MIN_VALUE),
        new Place(environment, kind, Long.MAX_VALUE, Long.MAX_VALUE));
  }

  /** Returns the tokens of a kind that open one application only, by id. */
  List<TokenRow> of(long environment, TokenRow.Kind kind, long application) {
    return List.copyOf(
        between(
            new Place(environment, kind, application, Long.MIN_VALUE),
            new Place(environment, kind, application, Long.MAX_VALUE)));
  }

  private Collection<TokenRow> between(Place first, Place last) {
    return tokens.subMap(first, true, last, true).values();
  }
}
