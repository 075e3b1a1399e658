package dev.posthorn.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.file.FileModes;
import dev.posthorn.spi.store.rows.SecretRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  private static final String KEY_A = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
  private static final String KEY_B = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

  @TempDir Path directory;

  @Test
  void makes_a_key_where_there_is_none_and_uses_it_from_then_on() throws IOException {
    SecretRow row = seal(open());

    assertThat(open(open(), row)).isEqualTo("a secret");
    assertThat(Files.readString(file())).matches("1 [A-Za-z0-9+/]{43}=\n");
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void makes_another_key_for_each_file() throws IOException {
    open();
    open(directory.resolve("other.key"));

    assertThat(file()).content().isNotEqualTo(Files.readString(directory.resolve("other.key")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void only_the_owner_may_read_the_file() throws IOException {
    open();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-"})
  @DisabledOnOs(OS.WINDOWS)
  void refuses_a_file_that_others_can_read_or_change_and_says_what_helps(String permissions)
      throws IOException {
    write("1 " + KEY_A + "\n");
    permit(permissions);

    assertThatThrownBy(() -> open())
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining(permissions)
        .hasMessageContaining("chmod 600 " + file());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------"})
  @DisabledOnOs(OS.WINDOWS)
  void takes_a_file_that_is_its_owners_alone(String permissions) throws IOException {
    write("1 " + KEY_A + "\n");
    permit(permissions);

    assertThat(open()).isNotNull();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refuses_a_file_of_somebody_else_and_says_what_helps() throws IOException {
    write("1 " + KEY_A + "\n");
    permit("rw-------");
    try {
      Files.setAttribute(file(), "unix:uid", 54_321);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a file away");
    }

    assertThatThrownBy(() -> open())
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("54321")
        .hasMessageContaining("chown ");
  }

  @Test
  void takes_a_file_of_its_own_user_and_of_root() throws IOException {
    KeyFile.requireOwner(file(), "posthorn", "posthorn");
    KeyFile.requireOwner(file(), "root", "posthorn");
    assertThatThrownBy(() -> KeyFile.requireOwner(file(), "mallory", "posthorn"))
        .hasMessageContaining("belongs to mallory")
        .hasMessageContaining("chown posthorn " + file());
    assertThatThrownBy(() -> KeyFile.requireOwner(file(), "mallory", "root"))
        .hasMessageContaining("chown root ");
  }

  @Test
  void all_who_create_it_at_the_same_time_get_the_same_key() throws Exception {
    int many = 8;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Keyring>> rings = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
      for (int i = 0; i < many; i++) {
        rings.add(
            threads.submit(
                () -> {
                  start.await();
                  return open();
                }));
      }
      start.countDown();
      SecretRow row = seal(rings.get(0).get(30, TimeUnit.SECONDS));
      for (Future<Keyring> ring : rings) {
        assertThat(open(ring.get(30, TimeUnit.SECONDS), row)).isEqualTo("a secret");
      }
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void holds_several_keys_of_which_the_newest_seals() throws IOException {
    write("1 " + KEY_A + "\n\n  2 " + KEY_B + "  ");
    SecretRow old = seal(new Keyring(Map.of(1, "A".repeat(32).getBytes(StandardCharsets.UTF_8))));
    Keyring ring = open();

    assertThat(open(ring, old)).isEqualTo("a secret");
    assertThat(seal(ring).keyId()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        KEY_B,
        "2",
        "two " + KEY_B,
        "-2 " + KEY_B,
        "2  " + KEY_B,
        "2 " + KEY_B + " more",
        "2 QkJCQkJCQkI=",
        "2 QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC",
        "99999999999 " + KEY_B,
        "\u0000\u00ff"
      })
  void names_a_bad_line_without_what_it_holds(String line) throws IOException {
    write("1 " + KEY_A + "\n" + line + "\n");

    assertThatThrownBy(() -> open())
        .isInstanceOf(PosthornException.class)
        .hasMessage(
            "the key file "
                + file()
                + " cannot be used: line 2: must be a key id, a space and a key of 32 bytes in"
                + " base64")
        .rootCause()
        .hasMessage("line 2: must be a key id, a space and a key of 32 bytes in base64");
  }

  @Test
  void refuses_two_keys_of_one_id() throws IOException {
    write("1 " + KEY_A + "\n1 " + KEY_B + "\n");

    assertThatThrownBy(() -> open())
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("line 2: key 1 appears twice; give each key its own id");
  }

  @Test
  void makes_no_new_key_in_a_file_that_has_become_empty() throws IOException {
    write("");

    assertThatThrownBy(() -> open())
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("it contains no key");
    assertThat(file()).isEmptyFile();
  }

  @Test
  void says_when_the_directory_is_missing() {
    assertThatThrownBy(() -> open(directory.resolve("none").resolve("db.key")))
        .isInstanceOf(PosthornException.class);
  }

  @Test
  void makes_no_new_key_for_secrets_that_a_lost_one_encrypts() {
    assertThatThrownBy(() -> new KeyFile(file(), Set.of()).create(() -> true))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("it is missing")
        .hasMessageContaining("put the file that belongs to this database in its place");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--r-----", "rw-r-----", "rw-rw----", "rw-------"})
  @DisabledOnOs(OS.WINDOWS)
  void takes_a_file_that_its_group_can_read_where_that_is_permitted(String permissions)
      throws IOException {
    write("1 " + KEY_A + "\n");
    permit(permissions);

    assertThat(new KeyFile(file(), FileModes.parse("0660")).read()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-rw----", "rw----r--", "rw-r---w-"})
  @DisabledOnOs(OS.WINDOWS)
  void refuses_a_file_that_others_can_do_more_with_than_is_permitted(String permissions)
      throws IOException {
    write("1 " + KEY_A + "\n");
    permit(permissions);

    assertThatThrownBy(() -> new KeyFile(file(), FileModes.parse("rw-r-----")).read())
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining(permissions);
  }

  private Keyring open() {
    return open(file());
  }

  private static Keyring open(Path file) {
    KeyFile keys = new KeyFile(file, Set.of());
    Keyring known = keys.read();
    return known == null ? keys.create(() -> false) : known;
  }

  private Path file() {
    return directory.resolve("webhooks.db.key");
  }

  private void write(String text) throws IOException {
    Files.write(file(), text.getBytes(StandardCharsets.ISO_8859_1));
    permit("rw-------");
  }

  private void permit(String permissions) throws IOException {
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
    }
  }

  private static SecretRow seal(Keyring ring) {
    return ring.seal(new Keyring.Owner(1, 2), 3, SecretRow.FIRST_SIGNING, "a secret", 0);
  }

  private static String open(Keyring ring, SecretRow row) {
    return ring.open(new Keyring.Owner(1, 2), row);
  }
}
