package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.receiver.MadeCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a server whose certificate is vouched for by a CA of the user's own. */
@ExtendWith(PostgresqlExtension.class) // where no server can run, this is skipped too
class TlsTest {
  @TempDir Path folder;

  private String url(EmbeddedPostgresql server, String host, Path authority) {
    return server.url("postgres", "postgres").replace("127.0.0.1", host)
        + "&sslmode=verify-full&sslrootcert="
        + authority;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String pem(KeyPair key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static String authority(String name, KeyPair key) {
    return MadeCertificate.pem(List.of(MadeCertificate.authority(name, key).selfSigned()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aServerIsVerified() throws Exception {
    KeyPair authority = MadeCertificate.ec("secp256r1");
    KeyPair key = MadeCertificate.ec("secp256r1");
    X509Certificate issued =
        MadeCertificate.receiver(new byte[] {127, 0, 0, 1}, key)
            .issued("own authority", authority.getPrivate());
    try (EmbeddedPostgresql server =
        EmbeddedPostgresql.builder()
            .setting("ssl", "on")
            .file("server.crt", bytes(MadeCertificate.pem(List.of(issued))))
            .file("server.key", bytes(pem(key)))
            .start()) {
      Path trusted = write("own.pem", authority("own authority", authority));
      Database verified = Database.of(PostgresqlOptions.of(url(server, "127.0.0.1", trusted)));
      verified.check();
      try (Sessions sessions = verified.sessions(new OpenFence())) {
        String encrypted =
            sessions
                .forWriter()
                .read(
                    session -> {
                      try (Statement statement = session.connection().createStatement();
                          var row =
                              statement.executeQuery(
                                  "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
                        row.next();
                        return row.getString(1);
                      }
                    });
        assertThat(encrypted).isEqualTo("t");
      }
      Path untrusted =
          write("other.pem", authority("own authority", MadeCertificate.ec("secp256r1")));
      assertThatThrownBy(
              () -> Database.of(PostgresqlOptions.of(url(server, "127.0.0.1", untrusted))).check())
          .hasMessageContaining("the server cannot be verified")
          .hasMessageContaining("sslrootcert");
      assertThatThrownBy(
              () -> Database.of(PostgresqlOptions.of(url(server, "localhost", trusted))).check())
          .hasMessageContaining("the server cannot be verified");
    }
  }
}
