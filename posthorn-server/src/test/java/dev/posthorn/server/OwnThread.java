package dev.posthorn.server;

/** Runs a test's blocking tasks on their own threads, because the common pool may have only one. */
final class OwnThread {
  private OwnThread() {}

  static void start(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }
}
