package dev.posthorn.transport.http.internal;

import dev.posthorn.scheduler.Turns;
import dev.posthorn.transport.TlsIdentity;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that sign with clients' keys: two at most, there only while there is something to
 * sign. Each certificate has one signature made in turn, however many of its handshakes wait.
 */
final class Signers implements AutoCloseable, KeySigner.SigningNow {
  private static final Logger LOG = LoggerFactory.getLogger(Signers.class);
  private static final int THREADS = 2;

  private final ThreadPoolExecutor threads;
  private final Turns<TlsIdentity> turns = new Turns<>();
  private final Set<SSLEngine> signing = ConcurrentHashMap.newKeySet();
  private int running;

  /** One that waits, and whose it is. */
  private record Waiting(TlsIdentity identity, Runnable task) implements Runnable {
    @Override
    public void run() {
      task.run();
    }
  }

  Signers() {
    this(
        task -> {
          Thread thread = new Thread(task, "posthorn-tls-signer");
          thread.setDaemon(true);
          return thread;
        });
  }

  Signers(ThreadFactory factory) {
    threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    threads.allowCoreThreadTimeOut(true);
  }

  /** Returns what runs the signatures of one certificate. */
  Executor of(TlsIdentity identity) {
    return task -> {
      synchronized (turns) {
        turns.add(identity, new Waiting(identity, task));
      }
      runNext(false);
    };
  }

  private void runNext(boolean ended) {
    Waiting next = take(ended);
    if (next == null || threads.isShutdown()) {
      return;
    }
    try {
      threads.execute(
          () -> {
            try {
              next.run();
            } finally {
              runNext(true);
            }
          });
    } catch (Throwable e) {
      LOG.warn("No thread could be had to sign a handshake; it is tried again with the next", e);
      synchronized (turns) {
        running--;
        turns.add(next.identity, next);
      }
    }
  }

  private @Nullable Waiting take(boolean ended) {
    synchronized (turns) {
      running -= ended ? 1 : 0;
      Waiting next = running < THREADS ? (Waiting) turns.next() : null;
      running += next == null ? 0 : 1;
      return next;
    }
  }

  @Override
  public void begin(SSLEngine engine) {
    signing.add(engine);
  }

  @Override
  public void end(SSLEngine engine) {
    signing.remove(engine);
  }

  /** Returns whether a handshake waits for a signature of this process. */
  boolean isSigning(SSLEngine engine) {
    return signing.contains(engine);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
