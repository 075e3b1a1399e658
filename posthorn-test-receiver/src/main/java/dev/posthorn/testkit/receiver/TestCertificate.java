package dev.posthorn.testkit.receiver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for tests; it is valid for a day. */
public final class TestCertificate {

  private static final String PASSWORD = "posthorn";
  private static final String ALIAS = "receiver";

  private final KeyStore store;

  private TestCertificate(KeyStore store) {
    this.store = store;
  }

  /**
   * Creates a certificate with a key on the curve P-256.
   *
   * @param names DNS names and IPv4 addresses that it is valid for
   */
  public static TestCertificate of(String... names) {
    return made(SelfSigned.Kind.P256, Instant.now(), names);
  }

  /** Creates a certificate with an RSA key of 2,048 bits; see {@link #of}. */
  public static TestCertificate rsa(String... names) {
    return made(SelfSigned.Kind.RSA, Instant.now(), names);
  }

  /** Creates a certificate with a key on the curve P-521; see {@link #of}. */
  public static TestCertificate p521(String... names) {
    return made(SelfSigned.Kind.P521, Instant.now(), names);
  }

  /** Creates a certificate with an Ed25519 key; see {@link #of}. */
  public static TestCertificate ed25519(String... names) {
    return made(SelfSigned.Kind.ED25519, Instant.now(), names);
  }

  /** Creates a certificate that expired yesterday; see {@link #of}. */
  public static TestCertificate expired(String... names) {
    return made(SelfSigned.Kind.P256, Instant.now().minus(Duration.ofDays(2)), names);
  }

  private static TestCertificate made(SelfSigned.Kind kind, Instant from, String... names) {
    try {
      KeyPair keys = kind.generate();
      Certificate certificate = SelfSigned.of(kind, keys, from, names);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          ALIAS, keys.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {certificate});
      return new TestCertificate(store);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a TLS context for servers with this certificate. */
  public SSLContext serverContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys().getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a TLS context for servers that require one of the given client certificates. */
  public SSLContext serverContext(List<TestCertificate> clients) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < clients.size(); i++) {
        trusted.setCertificateEntry("client-" + i, clients.get(i).store.getCertificate(ALIAS));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys().getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the private key and the certificate. */
  public KeyManagerFactory keys() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      return keys;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the certificate as PEM, for clients that must trust it, and returns {@code file}. */
  public Path writePem(Path file) {
    try {
      return Files.writeString(file, pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the certificate as PEM. */
  public String pem() {
    try {
      return block("CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the private key as PEM (PKCS#8). */
  public String keyPem() {
    try {
      return block("PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String block(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
