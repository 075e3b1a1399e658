package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.StoreException;
import dev.posthorn.store.StoreException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only one that has a store open, held through a lock on a file beside it.
 *
 * <p>The operating system gives the lock back when the process ends, however it ends. The lock file
 * stays: deleting it would let two processes hold "the" lock.
 */
final class StoreLock implements AutoCloseable {
  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock of a store. */
  static StoreLock take(Path store) {
    Path file = store.resolveSibling(store.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new StoreException(
            Reason.LOCKED,
            store + " is already open, here or in another process; close it there first",
            null);
      }
      return new StoreLock(channel);
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO, "Cannot write " + file + "; its directory must exist and be writable", e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest; there is nothing else to do.
    }
  }
}
