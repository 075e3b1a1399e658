package dev.posthorn.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** The tasks that run, and those that wait for their turn. Thread-safe. */
final class TaskQueue {
  private static final int AT_A_TIME = 4;
  private static final int MOST = 1_000;

  private final Deque<TaskRun> waiting = new ArrayDeque<>();
  private int running;
  private volatile boolean stopped;

  synchronized boolean isFull() {
    return waiting.size() >= MOST;
  }

  synchronized void add(TaskRun run) {
    waiting.addLast(run);
    startSome();
  }

  /** One that ran has ended. */
  synchronized void ended() {
    running--;
    startSome();
  }

  private void startSome() {
    while (running < AT_A_TIME && !stopped && !waiting.isEmpty()) {
      running++;
      waiting.removeFirst().next();
    }
  }

  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
