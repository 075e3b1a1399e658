package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A new data directory that servers begin with a copy of, since {@code initdb} takes many times as
 * long. It is made once for each user and version, beside the unpacked programs.
 */
final class DataTemplate {
  private static final String DATA = "data";

  /** Makes a data directory. */
  interface Maker {
    void make(Path data) throws IOException;
  }

  private DataTemplate() {}

  /**
   * Returns the template, which is made unless an earlier process did.
   *
   * @param folder the folder for it
   * @param user the owner of the data directory
   */
  static Path in(Path folder, ServerUser user, Maker maker) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path part = Files.createTempDirectory(folder.getParent(), "part");
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
      user.own(part);
      maker.make(part.resolve(DATA));
      PostgresqlBinaries.put(part, folder);
    }
    return folder.resolve(DATA);
  }
}
