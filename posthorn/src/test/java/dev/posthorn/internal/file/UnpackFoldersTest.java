package dev.posthorn.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UnpackFoldersTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir private Path folder;

  private UnpackFolders folders() {
    return UnpackFolders.of(folder.resolve("a.db"), folder);
  }

  private Path left(String name, FileTime time) throws IOException {
    Path left = Files.createDirectory(folder.resolve("posthorn-native-" + name));
    Files.writeString(left.resolve("library"), "x");
    Files.setLastModifiedTime(left, time);
    return left;
  }

  @Test
  void aLibraryIsUnpackedIntoAFolderOfItsOwnThatGoes() throws IOException {
    folders().load(unpacked -> Files.writeString(unpacked.resolve("library"), "x"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAKilledProcessLeftGoesAndWhatAnotherUnpacksNowStays() throws IOException {
    Path old = left("old", LONG_AGO);
    Path fresh = left("fresh", FileTime.from(Instant.now()));
    folders().load(unpacked -> {});
    assertThat(old).doesNotExist();
    assertThat(fresh.resolve("library")).exists();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkOfThatNameLeadsNowhere() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("mine"), "x");
    Files.setLastModifiedTime(other, LONG_AGO);
    Files.createSymbolicLink(folder.resolve("posthorn-native-link"), other);
    folders().load(unpacked -> {});
    assertThat(other.resolve("mine")).exists();
  }

  @Test
  void whereNothingCanBeLoadedTheReasonAndTheRemedyAreTold() {
    Path missing = folder.resolve("missing");
    UnpackFolders none = UnpackFolders.of(folder.resolve("a.db"), missing);
    assertThatThrownBy(() -> none.load(unpacked -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing + " (no such file or folder)")
        .hasMessageContaining("--temp-dir");
    assertThatThrownBy(
            () ->
                folders()
                    .load(
                        unpacked -> {
                          throw new UnsatisfiedLinkError("wrong ELF class");
                        }))
        .hasMessageContaining(folder + " (wrong ELF class)");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theFolderOfTheDatabaseComesAfterThatForTemporaryFiles() throws IOException {
    Path[] first = new Path[1];
    Path[] last = new Path[1];
    UnpackFolders.of(folder.resolve("a.db"), null)
        .load(
            unpacked -> {
              first[0] = first[0] == null ? unpacked : first[0];
              last[0] = unpacked;
              if (!unpacked.startsWith(folder)) {
                throw new IOException("not here");
              }
            });
    assertThat(first[0].getParent()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    assertThat(last[0].getParent()).isEqualTo(folder);
  }
}
