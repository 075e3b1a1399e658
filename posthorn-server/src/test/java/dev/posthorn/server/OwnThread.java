package dev.posthorn.server;

/** Runs what a test waits for, and may block, on a thread of its own: the common pool has one. */
final class OwnThread {
  private OwnThread() {}

  static void start(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }
}
