package dev.posthorn.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands of the command line in this process. */
final class Commands {
  private Commands() {}

  /** Runs a command and returns its exit code; writes its output and errors to a text. */
  static int run(StringWriter text, String... arguments) {
    PrintWriter out = new PrintWriter(text, true);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(out);
    commandLine.setErr(out);
    return commandLine.execute(arguments);
  }
}
