package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The key that encrypts secrets: as a value or in a file, and never another one. */
class SecretKeyTest {
  private static final String KEY = "0".repeat(64);
  private static final String OTHER = "1".repeat(64);

  @TempDir Path folder;
  private Path file;
  private Path keys;

  @BeforeEach
  void name() {
    file = folder.resolve("webhooks.db");
    keys = folder.resolve("webhooks.db.key");
  }

  private PosthornOptions options() {
    return PosthornOptions.of(file);
  }

  /** Opens, and returns the secret of the one endpoint, which is added if there is none. */
  private static String secret(PosthornOptions options) {
    try (Posthorn posthorn = Posthorn.open(options)) {
      if (posthorn.endpoints().list().isEmpty()) {
        posthorn.endpoints().add(NewEndpoint.of("https://example.com/"));
      }
      return posthorn.endpoints().secret(posthorn.endpoints().list().get(0).id());
    }
  }

  private static PosthornException refusal(PosthornOptions options) {
    return catchThrowableOfType(PosthornException.class, () -> Posthorn.open(options).close());
  }

  @Test
  void aValueNeedsNoFile() {
    String secret = secret(options().toBuilder().secretKey(KEY).build());
    assertThat(keys).doesNotExist();
    assertThat(secret(options().toBuilder().secretKey("2:" + OTHER + ",1:" + KEY).build()))
        .isEqualTo(secret);
  }

  @Test
  void anotherValueIsRefused() {
    String secret = secret(options().toBuilder().secretKey(KEY).build());
    PosthornException refusal = refusal(options().toBuilder().secretKey(OTHER).build());
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_FAILED);
    assertThat(refusal).hasMessageContaining("secretKey").hasMessageContaining("another key");
    assertThat(secret(options().toBuilder().secretKey(KEY).build())).isEqualTo(secret);
  }

  @Test
  void whatAFileHoldsCanBeGivenAsAValue() throws IOException {
    String secret = secret(options());
    String value = Files.readString(keys).strip().replace(' ', ':');
    Files.delete(keys);
    assertThat(secret(options().toBuilder().secretKey(value).build())).isEqualTo(secret);
  }

  @Test
  void noNewKeyIsMadeInThePlaceOfALostOne() throws IOException {
    String secret = secret(options());
    Path kept = Files.move(keys, folder.resolve("kept"));
    PosthornException refusal = refusal(options());
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_FAILED);
    assertThat(refusal).hasMessageContaining(keys.toString()).hasMessageContaining("missing");
    assertThat(keys).doesNotExist();
    Files.move(kept, keys);
    assertThat(secret(options())).isEqualTo(secret);
  }

  @Test
  void aLostKeyOfADatabaseWithoutSecretsIsMadeAgain() throws IOException {
    Posthorn.open(options()).close();
    Files.delete(keys);
    Posthorn.open(options()).close();
    assertThat(keys).exists();
  }

  @Test
  void aKeyFileOfAnotherDatabaseIsRefused() throws IOException {
    String secret = secret(options());
    Path kept = Files.move(keys, folder.resolve("kept"));
    Posthorn.open(PosthornOptions.builder(folder.resolve("other.db")).keyFile(keys).build())
        .close();
    assertThat(refusal(options())).hasMessageContaining("another key");
    assertThat(secret(options().toBuilder().keyFile(kept).build())).isEqualTo(secret);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aGroupMayReadTheFileIfThatIsSaid() throws IOException {
    String secret = secret(options());
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("r--r-----"));
    assertThat(refusal(options()))
        .hasMessageContaining("chmod 600")
        .hasMessageContaining("keyFilePermissions");
    assertThat(secret(options().toBuilder().keyFilePermissions("0440").build())).isEqualTo(secret);
  }

  @Test
  void whatCannotBeIsRefusedWithTheRemedy() {
    assertThat(
            catchThrowableOfType(
                PosthornException.class, () -> options().toBuilder().secretKey("short").build()))
        .hasMessageStartingWith("secretKey: ")
        .hasMessageContaining("head -c 32");
    assertThat(
            catchThrowableOfType(
                PosthornException.class,
                () -> options().toBuilder().keyFilePermissions("0644").build()))
        .hasMessageStartingWith("keyFilePermissions: ")
        .hasMessageContaining("others");
    PosthornException both =
        catchThrowableOfType(
            PosthornException.class,
            () -> options().toBuilder().secretKey(KEY).keyFile(keys).build());
    assertThat(both.reason()).isEqualTo(Reason.INVALID);
    assertThat(both).hasMessageContaining("either");
    assertThat(file).doesNotExist();
  }
}
