package dev.posthorn.transport;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** X.509 certificates and their PEM form (RFC 7468). */
public final class Certificates {
  private Certificates() {}

  /**
   * Reads certificates, and nothing else.
   *
   * @param pem at most 32,768 characters
   * @return at least one
   * @throws IllegalArgumentException if the text is not PEM, too long, or has no certificate, one
   *     that cannot be read, or something else; the message says what would be right
   */
  public static List<X509Certificate> read(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem.Block block : Pem.read(pem)) {
      if (block.isKey()) {
        throw new IllegalArgumentException("has a private key; give only the certificate");
      }
      certificates.add(read(block));
    }
    return List.copyOf(certificates);
  }

  static X509Certificate read(Pem.Block block) {
    if (!block.isCertificate()) {
      throw new IllegalArgumentException(
          "has a block " + Pem.label(block.label()) + "; give certificates (BEGIN CERTIFICATE)");
    }
    try {
      ByteArrayInputStream der = new ByteArrayInputStream(block.der());
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "has a certificate that is not X.509; give it as its authority issued it", e);
    }
  }

  /** Writes certificates, in their order. */
  public static String write(List<X509Certificate> certificates) {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append(Pem.write("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read cannot be written", e);
      }
    }
    return pem.toString();
  }
}
