package dev.posthorn.server.cli.command;

import picocli.CommandLine.Option;

/** The flag for the application of a command. */
final class ApplicationFlag {
  @Option(
      names = "--app",
      required = true,
      paramLabel = "APP",
      description = "The application's id or uid.")
  String app;

  /** Creates the flag. */
  ApplicationFlag() {}
}
