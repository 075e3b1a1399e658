package dev.posthorn.engine;

import dev.posthorn.store.TokenRow;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The tokens by what they are for, so that those of one application are found among very many. The
 * writer changes it, everybody reads it.
 */
final class TokenIndex {
  private final NavigableMap<Place, TokenRow> tokens = new ConcurrentSkipListMap<>();

  /** Where a token stands: all of one environment, kind and application are neighbors. */
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
    tokens.put(Place.of(row), row);
  }

  void remove(TokenRow row) {
    tokens.remove(Place.of(row));
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
