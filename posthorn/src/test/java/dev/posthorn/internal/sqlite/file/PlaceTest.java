package dev.posthorn.internal.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.store.SqliteStoreOpener;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class PlaceTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  private void create() throws IOException {
    file = folder.toRealPath().resolve("store.db");
    SqliteStoreOpener.open(file, SqliteOptions.defaults()).close();
  }

  @AfterEach
  void giveBack() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private void forbid(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    assumeFalse(Files.isWritable(path), "the user of this process may write to everything");
  }

  private StoreException refusal() {
    return catchThrowableOfType(
        StoreException.class, () -> SqliteStoreOpener.open(file, SqliteOptions.defaults()).close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"store.db", "store.db.lock"})
  void namesAFileThatCannotBeWrittenItsOwnerAndTheRemedy(String name) throws IOException {
    create();
    Path locked = file.resolveSibling(name);
    forbid(locked, "r--------");
    StoreException refusal = refusal();
    assertThat(refusal.reason()).isEqualTo(Reason.IO);
    assertThat(refusal)
        .hasMessageStartingWith(locked + " cannot be read and written: ")
        .hasMessageContaining("r--------")
        .hasMessageContaining("chmod u+rw " + locked);
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws IOException {
    create();
    forbid(folder, "r-x------");
    assertThat(refusal())
        .hasMessageStartingWith(file.getParent() + " cannot be written to: ")
        .hasMessageContaining("chmod u+rw");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesTheOwnerWhoIsSomebodyElse() throws IOException {
    create();
    String foreign = Place.foreign(Path.of("/proc/1"), "posthorn");
    assertThat(foreign)
        .contains("it belongs to root", "this process runs as posthorn", "chown posthorn /proc/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nfs", "nfs4", "CIFS", "smb3", "9p", "fuse.sshfs", "fuse.glusterfs"})
  void knowsFileSystemsOfNetworks(String type) {
    assertThat(Place.isShared(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "apfs", "NTFS", "fuse.x"})
  void andThoseOfOneMachine(String type) {
    assertThat(Place.isShared(type)).isFalse();
  }
}
