package dev.posthorn.internal.sqlite.file;

import dev.posthorn.internal.file.ProcessUser;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the location of a store before SQLite opens it, because SQLite's errors do not name the
 * problem.
 */
public final class Place {
  private static final Logger LOG = LoggerFactory.getLogger(Place.class);

  /** Suffixes of a store's files: database, lock and log. */
  private static final String[] ENDS = {"", ".lock", "-wal", "-shm"};

  /** File system types that several machines may mount at once. */
  private static final Set<String> SHARED =
      Set.of(
          "9p",
          "afpfs",
          "afs",
          "beegfs",
          "ceph",
          "cifs",
          "gfs2",
          "glusterfs",
          "gpfs",
          "lustre",
          "ncpfs",
          "nfs",
          "nfs3",
          "nfs4",
          "ocfs2",
          "orangefs",
          "pvfs2",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "sshfs",
          "webdav");

  /** Prefix of file systems mounted by programs outside the kernel: fuse.NAME. */
  private static final String FUSE = "fuse.";

  private Place() {}

  /**
   * Rejects a location that this process cannot write to.
   *
   * @throws StoreException with {@code IO}; the message gives the reason and the remedy
   */
  public static void require(Path store) {
    for (String end : ENDS) {
      Path file = store.resolveSibling(store.getFileName() + end);
      if (Files.exists(file)) {
        require(file, "read and written", Files.isReadable(file) && Files.isWritable(file));
      }
    }
    Path folder = store.getParent();
    if (folder != null && Files.isDirectory(folder)) {
      require(folder, "written to", Files.isWritable(folder));
    }
  }

  private static void require(Path path, String use, boolean possible) {
    if (possible) {
      return;
    }
    String why;
    try {
      why =
          Files.getFileStore(path).isReadOnly()
              ? "its file system is mounted read-only; mount it for writing, or name another file"
              : foreign(path, ProcessUser.name());
    } catch (IOException | UnsupportedOperationException e) {
      why = "its permissions do not allow it; change them, or name another file";
    }
    throw new StoreException(Reason.IO, path + " cannot be " + use + ": " + why, null);
  }

  static String foreign(Path path, String self) throws IOException {
    String owner = Files.getOwner(path).getName();
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    if (owner.equals(self)) {
      return "its mode is " + mode + "; run: chmod u+rw " + path;
    }
    return "it belongs to "
        + owner
        + " ("
        + mode
        + ") and this process runs as "
        + self
        + "; run it as "
        + owner
        + ", or run: chown "
        + self
        + " "
        + path;
  }

  /** Warns of a file system on which neither locks nor the log protect the store. */
  public static void warnIfShared(Path store) {
    Path folder = store.getParent();
    if (folder == null) {
      return;
    }
    try {
      String type = Files.getFileStore(folder).type();
      if (isShared(type)) {
        LOG.warn(
            "{} is on a network file system ({}): its locks may not keep a second process out,"
                + " and a crash can corrupt it; move it to a local disk",
            store,
            type);
      }
    } catch (IOException e) {
      LOG.debug("Failed to determine the file system of {}", store, e);
    }
  }

  /** Returns whether several machines can share a file system of this type. */
  static boolean isShared(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    return SHARED.contains(name.startsWith(FUSE) ? name.substring(FUSE.length()) : name);
  }
}
