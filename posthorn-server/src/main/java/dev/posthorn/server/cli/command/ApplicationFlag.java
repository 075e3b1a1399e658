package dev.posthorn.server.cli.command;

import picocli.CommandLine.Option;

/** Which application a command is about. */
final class ApplicationFlag {
  @Option(
      names = "--app",
      required = true,
      paramLabel = "APP",
      description = "The application, by its id or uid.")
  String app;

  /** Creates the flag. */
  ApplicationFlag() {}
}
