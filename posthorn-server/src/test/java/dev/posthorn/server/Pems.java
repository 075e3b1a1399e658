package dev.posthorn.server;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/** A certificate of this machine and its key, as files for a server. */
final class Pems {
  private final TestCertificate certificate = TestCertificate.of("localhost", "127.0.0.1");
  private final ServerOptions.Tls files;

  private Pems(Path folder) {
    this.files = new ServerOptions.Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
  }

  /** Writes a new certificate and key to {@code cert.pem} and {@code key.pem}. */
  static Pems in(Path folder) {
    Pems pems = new Pems(folder);
    pems.certificate.writePem(pems.files.certificate());
    X509KeyManager keys = (X509KeyManager) pems.certificate.keys().getKeyManagers()[0];
    String type = keys.getServerAliases("EC", null) == null ? "RSA" : "EC";
    byte[] key = keys.getPrivateKey(keys.getServerAliases(type, null)[0]).getEncoded();
    try {
      Files.writeString(
          pems.files.key(),
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
              + "\n-----END PRIVATE KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pems;
  }

  /** Returns the files. */
  ServerOptions.Tls files() {
    return files;
  }

  /** Returns a context that trusts only this certificate. */
  SSLContext trusting() throws GeneralSecurityException, IOException {
    X509KeyManager keys = (X509KeyManager) certificate.keys().getKeyManagers()[0];
    String type = keys.getServerAliases("EC", null) == null ? "RSA" : "EC";
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "server", keys.getCertificateChain(keys.getServerAliases(type, null)[0])[0]);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
