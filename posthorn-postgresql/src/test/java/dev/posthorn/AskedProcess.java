package dev.posthorn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A process with the library inside, which shares a schema, and sends as many messages as it is
 * asked to; and the side that starts and asks it.
 */
final class AskedProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;

  private AskedProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Reads numbers from the input, and sends so many messages each time; prints their ids. */
  public static void main(String[] arguments) throws IOException {
    try (Posthorn posthorn = SendingProcess.open(arguments[0]);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        for (int i = 0; i < Integer.parseInt(line); i++) {
          System.out.println(SendingProcess.send(posthorn, i));
        }
      }
    }
  }

  /** Starts a process. */
  static AskedProcess start(String url) throws IOException {
    return new AskedProcess(
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AskedProcess.class.getName(),
                url)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** Lets it send messages, to one application after the other; returns their ids. */
  List<String> send(int count) throws IOException {
    questions.println(count);
    List<String> sent = new ArrayList<>();
    while (sent.size() < count) {
      sent.add(String.valueOf(answers.readLine()));
    }
    return sent;
  }

  /** Sends it a signal, such as {@code -STOP}. */
  void signal(String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", signal, String.valueOf(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill " + signal + " failed");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
