package dev.posthorn.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.crypto.Keyring.KeyringException;
import dev.posthorn.spi.store.rows.SecretRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
  private static final String SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final Keyring.Owner OWNER = new Keyring.Owner(7, 8);
  private static final long ENDPOINT = 42;
  private static final int SLOT = SecretRow.FIRST_SIGNING;

  private final Keyring ring = new Keyring(Map.of(1, key(1)));

  @ParameterizedTest
  @ValueSource(strings = {"", SECRET, "X-Größe: 5 €\nAuthorization: Bearer 𝄞"})
  void what_is_sealed_can_be_opened(String secret) {
    SecretRow row = ring.seal(OWNER, ENDPOINT, SLOT, secret, 99);

    assertThat(row).returns(ENDPOINT, SecretRow::endpoint).returns(SLOT, SecretRow::slot);
    assertThat(row).returns(1, SecretRow::keyId).returns(99L, SecretRow::expires);
    assertThat(ring.open(OWNER, row)).isEqualTo(secret);
  }

  @Test
  void a_ciphertext_shows_nothing_and_is_new_each_time() {
    byte[] one = seal().ciphertext();
    byte[] other = seal().ciphertext();

    assertThat(new String(one, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET.substring(6));
    assertThat(one).hasSize(4 + 12 + SECRET.length() + 16).isNotEqualTo(other);
    assertThat(Arrays.copyOf(one, 16)).isNotEqualTo(Arrays.copyOf(other, 16));
  }

  @Test
  void the_newest_key_seals_and_the_older_ones_still_open() {
    SecretRow old = seal();
    Keyring rotated = new Keyring(Map.of(10, key(10), 1, key(1), 9, key(9)));

    assertThat(rotated.open(OWNER, old)).isEqualTo(SECRET);
    assertThat(rotated.seal(OWNER, ENDPOINT, SLOT, SECRET, 0).keyId()).isEqualTo(10);
  }

  @Test
  void another_key_of_the_same_id_does_not_open() {
    refuses(new Keyring(Map.of(1, key(2))), OWNER, seal());
  }

  @Test
  void a_key_that_is_not_in_the_ring_does_not_open() {
    refuses(new Keyring(Map.of(2, key(1))), OWNER, seal());
  }

  @Test
  void a_ciphertext_that_was_moved_to_another_endpoint_is_refused() {
    refuses(ring, OWNER, new SecretRow(ENDPOINT + 1, SLOT, 1, seal().ciphertext(), 0));
  }

  @Test
  void a_ciphertext_that_was_moved_to_another_slot_is_refused() {
    refuses(ring, OWNER, new SecretRow(ENDPOINT, SLOT + 1, 1, seal().ciphertext(), 0));
  }

  @Test
  void a_ciphertext_of_another_environment_is_refused() {
    refuses(ring, new Keyring.Owner(8, 8), seal());
  }

  @Test
  void a_ciphertext_of_another_application_is_refused() {
    refuses(ring, new Keyring.Owner(7, 9), seal());
  }

  @Test
  void a_ciphertext_without_an_application_is_read_and_not_current_until_it_is_sealed_again() {
    SecretRow older = older();
    assertThat(ring.open(OWNER, older)).isEqualTo(SECRET);
    assertThat(ring.isCurrent(older)).isFalse();
    SecretRow fresh = ring.reseal(OWNER, older);
    assertThat(ring.isCurrent(fresh)).isTrue();
    assertThat(new Keyring(Map.of(1, key(1), 2, key(2))).isCurrent(fresh)).isFalse();
    refuses(ring, new Keyring.Owner(7, 9), fresh);
  }

  @Test
  void a_ciphertext_without_an_application_that_happens_to_begin_like_a_mark_is_read() {
    byte[] nonce = new byte[12];
    System.arraycopy(new byte[] {0, 'P', 'H', 2}, 0, nonce, 0, 4);
    assertThat(ring.open(OWNER, older(nonce))).isEqualTo(SECRET);
  }

  @Test
  void a_ciphertext_does_not_lose_its_application_with_its_mark() {
    byte[] sealed = seal().ciphertext();
    byte[] bare = Arrays.copyOfRange(sealed, 4, sealed.length);
    refuses(ring, OWNER, new SecretRow(ENDPOINT, SLOT, 1, bare, 0));
    byte[] marked = new byte[older().ciphertext().length + 4];
    System.arraycopy(sealed, 0, marked, 0, 4);
    System.arraycopy(older().ciphertext(), 0, marked, 4, marked.length - 4);
    refuses(ring, OWNER, new SecretRow(ENDPOINT, SLOT, 1, marked, 0));
  }

  @Test
  void a_ciphertext_of_which_any_byte_was_changed_is_refused() {
    byte[] sealed = seal().ciphertext();
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      refuses(ring, OWNER, new SecretRow(ENDPOINT, SLOT, 1, changed, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 11, 12, 15, 16, 31, 32})
  void a_ciphertext_that_was_cut_off_is_refused(int length) {
    byte[] cut = Arrays.copyOf(seal().ciphertext(), length);

    refuses(ring, OWNER, new SecretRow(ENDPOINT, SLOT, 1, cut, 0));
  }

  @Test
  void keys_that_the_caller_changes_later_stay_what_they_were() {
    byte[] key = key(1);
    Keyring own = new Keyring(Map.of(1, key));
    Arrays.fill(key, (byte) 0);

    assertThatCode(() -> own.open(OWNER, seal())).doesNotThrowAnyException();
  }

  @Test
  void a_ring_without_a_key_is_refused() {
    assertThatThrownBy(() -> new Keyring(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys: at least one is required");
  }

  @Test
  void a_key_of_another_length_is_refused() {
    assertThatThrownBy(() -> new Keyring(Map.of(3, new byte[16])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys: key 3 must have 32 bytes, not 16");
  }

  /** Returns a secret as it was encrypted before the application was authenticated. */
  private static SecretRow older() {
    return older(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  }

  private static SecretRow older(byte[] nonce) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key(1), "AES"), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(
          ByteBuffer.allocate(20)
              .putLong(OWNER.environment())
              .putLong(ENDPOINT)
              .putInt(SLOT)
              .array());
      byte[] sealed = cipher.doFinal(SECRET.getBytes(StandardCharsets.UTF_8));
      byte[] row = ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array();
      return new SecretRow(ENDPOINT, SLOT, 1, row, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SecretRow seal() {
    return ring.seal(OWNER, ENDPOINT, SLOT, SECRET, 0);
  }

  private static void refuses(Keyring ring, Keyring.Owner owner, SecretRow row) {
    assertThatThrownBy(() -> ring.open(owner, row))
        .isInstanceOf(KeyringException.class)
        .hasMessageContaining("start with the key file that belongs to this database");
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[Keyring.KEY_BYTES];
    Arrays.fill(key, (byte) seed);
    return key;
  }
}
