package dev.posthorn.testkit.receiver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for tests, created on demand by the JDK's {@code keytool}; it is valid
 * for a day.
 */
public final class TestCertificate {

  private static final String PASSWORD = "posthorn";
  private static final String ALIAS = "receiver";

  private final KeyStore store;

  private TestCertificate(KeyStore store) {
    this.store = store;
  }

  /**
   * Creates a certificate.
   *
   * @param names DNS names and IPv4 addresses that it is valid for
   * @throws IllegalStateException if this Java has no {@code keytool}, or it fails
   */
  public static TestCertificate of(String... names) {
    return made(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1"), names);
  }

  /** Creates a certificate with an RSA key of 2,048 bits; see {@link #of}. */
  public static TestCertificate rsa(String... names) {
    return made(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "1"), names);
  }

  /** Creates a certificate with a key on the curve P-521; see {@link #of}. */
  public static TestCertificate p521(String... names) {
    return made(List.of("-keyalg", "EC", "-groupname", "secp521r1", "-validity", "1"), names);
  }

  /** Creates a certificate with an Ed25519 key; see {@link #of}. */
  public static TestCertificate ed25519(String... names) {
    return made(List.of("-keyalg", "Ed25519", "-validity", "1"), names);
  }

  /** Creates a certificate that expired yesterday; see {@link #of}. */
  public static TestCertificate expired(String... names) {
    return made(
        List.of("-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "-2d", "-validity", "1"),
        names);
  }

  private static TestCertificate made(List<String> kind, String... names) {
    try {
      Path directory = Files.createTempDirectory("posthorn-certificate");
      Path file = directory.resolve("store.p12");
      try {
        generate(file, kind, names);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD.toCharArray());
        }
        return new TestCertificate(store);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
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

  private static void generate(Path file, List<String> kind, String... names) throws IOException {
    String alternatives =
        Stream.of(names)
            .map(name -> (name.matches("[\\d.]+") ? "ip:" : "dns:") + name)
            .collect(Collectors.joining(","));
    Process keytool =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                            "-genkeypair",
                            "-alias",
                            ALIAS,
                            "-dname",
                            "CN=" + names[0],
                            "-ext",
                            "san=" + alternatives,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD),
                        kind.stream())
                    .toList())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IllegalStateException("keytool failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      keytool.destroy();
    }
  }
}
