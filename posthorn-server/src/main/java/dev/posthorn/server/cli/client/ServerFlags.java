package dev.posthorn.server.cli.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags for the API of a running server and its token. */
public final class ServerFlags {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:POSTHORN_URL}",
      description = "The API of the running server, such as http://127.0.0.1:8071. (POSTHORN_URL)")
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:POSTHORN_TOKEN}",
      description = "An API key or a JWT. (POSTHORN_TOKEN)")
  private @Nullable String token;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_CA}",
      description = "Certificates to trust for https (PEM), instead of the JDK's. (POSTHORN_CA)")
  private @Nullable Path ca;

  /** Returns whether a server is named. */
  public boolean areGiven() {
    return url != null && !url.isBlank();
  }

  /**
   * Returns a client of the server.
   *
   * @throws ServerClient.FailedException if none is named
   */
  public ServerClient client() {
    String named = url;
    if (named == null || named.isBlank()) {
      throw new ServerClient.FailedException(
          0,
          "no server is named; give --url URL and --token TOKEN (POSTHORN_URL,"
              + " POSTHORN_TOKEN)",
          null);
    }
    return new ServerClient(named, token, ca == null ? null : Trust.in(ca, "--ca"));
  }
}
