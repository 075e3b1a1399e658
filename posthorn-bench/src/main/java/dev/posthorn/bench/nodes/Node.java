package dev.posthorn.bench.nodes;

import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server with a name among those that share a database. Its process comes and goes. */
final class Node {
  private static final String SCHEDULE =
      "200ms,".repeat(19) + "1d"; // soon again; and a day, so that none is given up

  private final String name;
  private final List<String> flags;
  private volatile @Nullable ServerProcess process;

  /**
   * Creates a node that does not run.
   *
   * @param flags what all nodes are started with
   */
  Node(String name, List<String> flags) {
    this.name = name;
    this.flags = flags;
  }

  String name() {
    return name;
  }

  /** Starts its process, and waits until it is ready. */
  void start() throws IOException {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of("--node-name", name));
    process = ServerProcess.start(all, SCHEDULE);
  }

  /** Returns the port of its API, or 0 while it does not run. */
  int port() {
    ServerProcess running = process;
    return running == null ? 0 : running.port();
  }

  /** Returns its process. */
  ProcessHandle handle() {
    ServerProcess running = process;
    if (running == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return running.handle();
  }

  /** Ends its process with SIGKILL. */
  void kill() throws InterruptedException {
    ServerProcess running = taken();
    running.kill();
  }

  /** Ends its process with SIGTERM, and waits until it has ended. */
  void stop() {
    taken().close();
  }

  private ServerProcess taken() {
    ServerProcess running = process;
    if (running == null) {
      throw new IllegalStateException(name + " does not run");
    }
    process = null;
    return running;
  }

  /** Sends a signal to its process: STOP or CONT. */
  void signal(String signal) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(handle().pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("kill -" + signal + " exited with " + code);
    }
  }

  /** Ends its process, if it runs. */
  void endQuietly() {
    ServerProcess running = process;
    process = null;
    if (running != null) {
      running.handle().destroyForcibly();
    }
  }
}
