package dev.posthorn.server.cli.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags for the admin listener of a running server. */
public final class AdminAddress {
  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      defaultValue = "${env:POSTHORN_ADMIN_URL:-http://127.0.0.1:8072}",
      description =
          "The admin listener of the running server. Default: ${DEFAULT-VALUE}."
              + " (POSTHORN_ADMIN_URL)")
  private String url;

  @Option(
      names = "--admin-ca",
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_ADMIN_CA}",
      description =
          "Certificates to trust for https (PEM), instead of the JDK's. (POSTHORN_ADMIN_CA)")
  private @Nullable Path ca;

  /**
   * Returns a client of the listener.
   *
   * @param token the admin token, or null for requests that need none
   * @throws ServerClient.FailedException if the certificates cannot be read
   */
  public ServerClient client(@Nullable String token) {
    return new ServerClient(url, token, ca == null ? null : Trust.in(ca, "--admin-ca"));
  }
}
