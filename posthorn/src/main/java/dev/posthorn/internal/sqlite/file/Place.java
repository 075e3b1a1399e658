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

/** Where a store is, looked at before SQLite does, whose errors do not say what is wrong there. */
public final class Place {
  private static final Logger LOG = LoggerFactory.getLogger(Place.class);

  /** The files of a store: itself, its lock and its log. */
  private static final String[] ENDS = {"", ".lock", "-wal", "-shm"};

  /** Types of file systems that other machines may have mounted too. */
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

  /** What programs outside of the kernel mount is called fuse.NAME. */
  private static final String FUSE = "fuse.";

  private Place() {}

  /**
   * Refuses a place that this process cannot write to.
   *
   * @throws StoreException with {@code IO}; the message says why, and what helps
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

  /** Warns of a file system on which neither locks nor the log keep a store whole. */
  public static void warnIfShared(Path store) {
    Path folder = store.getParent();
    if (folder == null) {
      return;
    }
    try {
      String type = Files.getFileStore(folder).type();
      if (isShared(type)) {
        LOG.warn(
            "{} is on a file system of a network ({}): its locks do not keep a second process out"
                + " for sure, and a crash can damage it; move it to a local disk",
            store,
            type);
      }
    } catch (IOException e) {
      LOG.debug("Failed to find out the file system of {}", store, e);
    }
  }

  /** Returns whether a type of file system is one that several machines share. */
  static boolean isShared(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    return SHARED.contains(name.startsWith(FUSE) ? name.substring(FUSE.length()) : name);
  }
}
