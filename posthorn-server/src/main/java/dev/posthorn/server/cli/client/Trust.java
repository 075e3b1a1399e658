package dev.posthorn.server.cli.client;

import dev.posthorn.internal.file.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in only the certificates of a file. */
public final class Trust {
  private Trust() {}

  /**
   * Returns a TLS context that trusts the certificates of a PEM file: CAs, or a server's own.
   *
   * @param flag the flag that names the file
   * @throws ServerClient.FailedException if the file cannot be read or has no certificate
   */
  public static SSLContext in(Path pem, String flag) {
    try (InputStream in = Files.newInputStream(pem)) {
      List<Certificate> certificates =
          new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (certificates.isEmpty()) {
        throw new CertificateException("the file has no certificate");
      }
      return trusting(certificates);
    } catch (IOException | CertificateException e) {
      throw new ServerClient.FailedException(
          0, flag + ": cannot read certificates (PEM) from " + pem + ": " + why(e), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS is not available in this Java runtime", e);
    }
  }

  private static String why(Exception e) {
    return e instanceof IOException io ? FileFailure.why(io) : String.valueOf(e.getMessage());
  }

  private static SSLContext trusting(List<Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("ca-" + i, certificates.get(i));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
