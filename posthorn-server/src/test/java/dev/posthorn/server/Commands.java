package dev.posthorn.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands of the command line in this process. */
final class Commands {
  private Commands() {}

  /** Runs one and returns its exit code; what it prints and its errors go to a text. */
  static int run(StringWriter text, String... arguments) {
    PrintWriter out = new PrintWriter(text, true);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(out);
    commandLine.setErr(out);
    return commandLine.execute(arguments);
  }
}
