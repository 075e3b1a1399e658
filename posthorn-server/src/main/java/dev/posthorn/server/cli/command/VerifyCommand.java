package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.Table;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks whether a received webhook is authentic. */
@Command(
    name = "verify",
    description = {
      "Checks whether a received webhook is authentic, by its headers, its exact body,"
          + " and your secret.",
      "Exits with 0 if it is, otherwise with 1."
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final Duration ANY_TIME = Duration.ofDays(366_000);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-s", "--secret"},
      paramLabel = "SECRET",
      required = true,
      defaultValue = "${env:POSTHORN_SECRET}",
      description =
          "The secret or public key: whsec_… or whpk_…, or @FILE. Repeatable."
              + " (POSTHORN_SECRET)")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = {"-H", "--header"},
      paramLabel = "HEADER",
      required = true,
      description =
          "A received header, \"NAME: VALUE\": webhook-id, webhook-timestamp and"
              + " webhook-signature, or the same as svix-…")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--tolerance",
      paramLabel = "TIME",
      defaultValue = "5m",
      description =
          "The maximum difference between the timestamp and now, such as 10m. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration tolerance;

  @Option(names = "--any-time", description = "Accept any timestamp.")
  private boolean anyTime;

  @Parameters(
      paramLabel = "BODY",
      description = "The exact body: text, @FILE, or - for the standard input.")
  private String body;

  @Override
  public Integer call() {
    Verifier verifier =
        Verifier.of(secrets.stream().map(Input::secret).toList())
            .tolerance(anyTime ? ANY_TIME : tolerance);
    PrintWriter out = spec.commandLine().getOut();
    return switch (verifier.check(received(), Input.bytes(body))) {
      case Verification.Verified good -> {
        out.printf("verified: %s, sent %s%n", Table.printable(good.id()), good.timestamp());
        yield 0;
      }
      case Verification.Rejected bad -> {
        out.printf("not verified (%s): %s%n", bad.reason(), bad.detail());
        yield 1;
      }
    };
  }

  private Map<String, String> received() {
    Map<String, String> received = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--header: must be \"NAME: VALUE\", not \"" + header + "\"");
      }
      received.merge(
          header.substring(0, colon).strip(),
          header.substring(colon + 1).strip(),
          (first, second) -> first + " " + second);
    }
    return received;
  }
}
