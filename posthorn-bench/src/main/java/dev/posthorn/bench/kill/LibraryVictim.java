package dev.posthorn.bench.kill;

import dev.posthorn.bench.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A program with the library in it, {@link KillSender}.
 *
 * @param place its database
 * @param ledger told of what it accepts
 * @param port the receiver's port
 * @param endpoints how many there are
 * @param permits how many it may use
 */
record LibraryVictim(String place, Ledger ledger, int port, int endpoints, long permits)
    implements Victim {
  private static final int HEAP_MEGABYTES = 512;

  @Override
  public Running load() throws IOException {
    Process process = start("load");
    return new Run(process, Thread.ofPlatform().start(() -> listen(process)));
  }

  @Override
  public Running drain() throws IOException {
    return new Run(start("drain"), Thread.ofPlatform().start(() -> {}));
  }

  private Process start(String what) throws IOException {
    return JavaProcess.start(
        HEAP_MEGABYTES, KillSender.class, place, port, endpoints, permits, what);
  }

  private void listen(Process process) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line; (line = lines.readLine()) != null; ) {
        ledger.accepted(line);
      }
    } catch (IOException e) {
      // Closed with the process.
    }
  }

  private record Run(Process process, Thread lines) implements Running {
    @Override
    public void kill() throws InterruptedException {
      process.destroyForcibly().waitFor(); // SIGKILL
      lines.join();
    }

    @Override
    public void awaitOpen() throws IOException {
      String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
      if (!KillSender.OPEN.equals(line)) {
        throw new IOException("the process that delivers the rest has not opened the file");
      }
    }

    @Override
    public void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      process.waitFor();
    }

    @Override
    public List<String> shown(String floor) {
      return List.of(); // a library lists nothing from outside
    }
  }
}
