package dev.posthorn.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.keyring.Keyring.KeyringException;
import dev.posthorn.store.SecretRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
  private static final String SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final long ENVIRONMENT = 7;
  private static final long ENDPOINT = 42;
  private static final int SLOT = SecretRow.FIRST_SIGNING;

  private final Keyring ring = new Keyring(Map.of(1, key(1)));

  @ParameterizedTest
  @ValueSource(strings = {"", SECRET, "X-Größe: 5 €\nAuthorization: Bearer 𝄞"})
  void what_is_sealed_can_be_opened(String secret) {
    SecretRow row = ring.seal(ENVIRONMENT, ENDPOINT, SLOT, secret, 99);

    assertThat(row).returns(ENDPOINT, SecretRow::endpoint).returns(SLOT, SecretRow::slot);
    assertThat(row).returns(1, SecretRow::keyId).returns(99L, SecretRow::expires);
    assertThat(ring.open(ENVIRONMENT, row)).isEqualTo(secret);
  }

  @Test
  void a_ciphertext_shows_nothing_and_is_new_each_time() {
    byte[] one = seal().ciphertext();
    byte[] other = seal().ciphertext();

    assertThat(new String(one, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET.substring(6));
    assertThat(one).hasSize(12 + SECRET.length() + 16).isNotEqualTo(other);
    assertThat(Arrays.copyOf(one, 12)).isNotEqualTo(Arrays.copyOf(other, 12));
  }

  @Test
  void the_newest_key_seals_and_the_older_ones_still_open() {
    SecretRow old = seal();
    Keyring rotated = new Keyring(Map.of(10, key(10), 1, key(1), 9, key(9)));

    assertThat(rotated.open(ENVIRONMENT, old)).isEqualTo(SECRET);
    assertThat(rotated.seal(ENVIRONMENT, ENDPOINT, SLOT, SECRET, 0).keyId()).isEqualTo(10);
  }

  @Test
  void another_key_of_the_same_id_does_not_open() {
    refuses(new Keyring(Map.of(1, key(2))), ENVIRONMENT, seal());
  }

  @Test
  void a_key_that_is_not_in_the_ring_does_not_open() {
    refuses(new Keyring(Map.of(2, key(1))), ENVIRONMENT, seal());
  }

  @Test
  void a_ciphertext_that_was_moved_to_another_endpoint_is_refused() {
    refuses(ring, ENVIRONMENT, new SecretRow(ENDPOINT + 1, SLOT, 1, seal().ciphertext(), 0));
  }

  @Test
  void a_ciphertext_that_was_moved_to_another_slot_is_refused() {
    refuses(ring, ENVIRONMENT, new SecretRow(ENDPOINT, SLOT + 1, 1, seal().ciphertext(), 0));
  }

  @Test
  void a_ciphertext_of_another_environment_is_refused() {
    refuses(ring, ENVIRONMENT + 1, seal());
  }

  @Test
  void a_ciphertext_of_which_any_byte_was_changed_is_refused() {
    byte[] sealed = seal().ciphertext();
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      refuses(ring, ENVIRONMENT, new SecretRow(ENDPOINT, SLOT, 1, changed, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11, 12, 27, 28})
  void a_ciphertext_that_was_cut_off_is_refused(int length) {
    byte[] cut = Arrays.copyOf(seal().ciphertext(), length);

    refuses(ring, ENVIRONMENT, new SecretRow(ENDPOINT, SLOT, 1, cut, 0));
  }

  @Test
  void keys_that_the_caller_changes_later_stay_what_they_were() {
    byte[] key = key(1);
    Keyring own = new Keyring(Map.of(1, key));
    Arrays.fill(key, (byte) 0);

    assertThatCode(() -> own.open(ENVIRONMENT, seal())).doesNotThrowAnyException();
  }

  @Test
  void a_ring_without_a_key_is_refused() {
    assertThatThrownBy(() -> new Keyring(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys: there must be at least one");
  }

  @Test
  void a_key_of_another_length_is_refused() {
    assertThatThrownBy(() -> new Keyring(Map.of(3, new byte[16])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys: key 3 must have 32 bytes, not 16");
  }

  private SecretRow seal() {
    return ring.seal(ENVIRONMENT, ENDPOINT, SLOT, SECRET, 0);
  }

  private static void refuses(Keyring ring, long environment, SecretRow row) {
    assertThatThrownBy(() -> ring.open(environment, row))
        .isInstanceOf(KeyringException.class)
        .hasMessageContaining("start with the key file that belongs to this database");
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[Keyring.KEY_BYTES];
    Arrays.fill(key, (byte) seed);
    return key;
  }
}
