package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import dev.posthorn.spi.store.rows.TokenRow.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenIndexTest {
  private final TokenIndex index = new TokenIndex();

  private TokenRow put(long id, long environment, Kind kind, long application) {
    TokenRow row =
        new TokenRow(
            id,
            new TokenGrant(environment, application, kind, List.of(), 0),
            "",
            new byte[] {(byte) id},
            "",
            0);
    index.put(row);
    return row;
  }

  @Test
  void thoseOfOneApplicationAreFoundAmongAll() {
    TokenRow key = put(1, 1, Kind.API_KEY, 0);
    TokenRow narrow = put(2, 1, Kind.API_KEY, 5);
    TokenRow portal = put(4, 1, Kind.PORTAL, 5);
    TokenRow older = put(3, 1, Kind.PORTAL, 5);
    put(5, 1, Kind.PORTAL, 6);
    put(6, 2, Kind.PORTAL, 5);
    put(7, 1, Kind.REVOKED, 5);
    assertThat(index.of(1, Kind.PORTAL, 5)).containsExactly(older, portal);
    assertThat(index.of(1, Kind.API_KEY)).containsExactly(key, narrow);
    index.remove(portal);
    assertThat(index.of(1, Kind.PORTAL, 5)).containsExactly(older);
    assertThat(index.of(3, Kind.PORTAL, 5)).isEmpty();
  }
}
