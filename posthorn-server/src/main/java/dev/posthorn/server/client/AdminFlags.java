package dev.posthorn.server.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that tell where a running server's admin listener is. */
public final class AdminFlags {
  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      defaultValue = "${env:POSTHORN_ADMIN_URL:-http://127.0.0.1:8072}",
      description =
          "The admin listener of the running server. Default: ${DEFAULT-VALUE}."
              + " (POSTHORN_ADMIN_URL)")
  private String url;

  @Option(
      names = "--admin-token",
      paramLabel = "TOKEN",
      defaultValue = "${env:POSTHORN_ADMIN_TOKEN}",
      description = "Its token, if it has one. (POSTHORN_ADMIN_TOKEN)")
  private @Nullable String token;

  @Option(
      names = "--admin-ca",
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_ADMIN_CA}",
      description =
          "Trust these certificates (PEM) rather than the JDK's, if it is https."
              + " (POSTHORN_ADMIN_CA)")
  private @Nullable Path ca;

  /** Returns a client of the admin listener. */
  public ServerClient client() {
    return new ServerClient(url, token, ca == null ? null : Trust.in(ca, "--admin-ca"));
  }
}
