package dev.posthorn.bench.delivery;

import dev.posthorn.bench.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A {@link TimingReceiver} in another process. */
public final class ReceiverProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final int port;
  private long cpuBefore;

  /**
   * Figures of a series: p50, p99 in microseconds, count; and the CPU time since the last report in
   * nanoseconds.
   */
  public record Report(long p50, long p99, long count, long cpu) {}

  /** Starts one for bodies of a length. */
  public ReceiverProcess(int bodyBytes) throws IOException {
    this(bodyBytes, false);
  }

  /** Starts one that may answer with the time, for {@link TimingReceiver#timeIn}. */
  public ReceiverProcess(int bodyBytes, boolean answersTime) throws IOException {
    process = JavaProcess.start(256, TimingReceiver.class, bodyBytes, answersTime);
    out = process.inputReader(StandardCharsets.US_ASCII);
    port = Integer.parseInt(line());
  }

  /** Returns its port. */
  public int port() {
    return port;
  }

  /** Returns the process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends the series and begins one without a name; returns what the one that ends has. */
  public Report report() throws IOException {
    return series("");
  }

  /** Goes on with a series; returns what the one that ends has. */
  public Report series(String name) throws IOException {
    process.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    long[] numbers = Arrays.stream(line().split(" ", -1)).mapToLong(Long::parseLong).toArray();
    Report report = new Report(numbers[0], numbers[1], numbers[2], numbers[3] - cpuBefore);
    cpuBefore = numbers[3];
    return report;
  }

  private String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the receiver ended");
    }
    return line.strip();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }
}
