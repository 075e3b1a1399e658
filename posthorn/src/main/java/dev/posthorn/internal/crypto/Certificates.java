package dev.posthorn.internal.crypto;

import java.io.ByteArrayInputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.EllipticCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** X.509 certificates and their PEM form (RFC 7468). */
public final class Certificates {
  /** Maximum number of characters of certificates or keys in PEM. */
  public static final int MAX_PEM = Pem.MOST;

  /** Maximum number of authorities of an endpoint. */
  public static final int MOST_AUTHORITIES = 10;

  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 4096;
  private static final int MOST_EXPONENT_BITS = 64;
  private static final Set<EllipticCurve> CURVES = Set.of(curve("secp256r1"), curve("secp384r1"));

  private Certificates() {}

  /**
   * Reads certificates, and nothing else.
   *
   * @param pem at most 32,768 characters
   * @return at least one certificate
   * @throws IllegalArgumentException if the text is not PEM, is too long, has no certificate, an
   *     unreadable one, or other blocks; the message names the remedy
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

  /**
   * Reads the certificates of the only authorities to trust for a receiver: a few, with common
   * keys, so that checking the receiver's certificate costs little.
   *
   * @param pem at most 32,768 characters
   * @return one to {@value #MOST_AUTHORITIES} certificates
   * @throws IllegalArgumentException as {@link #read} does, or if there are more, or a key is other
   *     than RSA of 2,048 to 4,096 bits, P-256 or P-384; the message names the remedy
   */
  public static List<X509Certificate> readAuthorities(String pem) {
    List<X509Certificate> authorities = read(pem);
    if (authorities.size() > MOST_AUTHORITIES) {
      throw new IllegalArgumentException(
          "has "
              + authorities.size()
              + " certificates; give only those that issue the receiver's certificate, at most "
              + MOST_AUTHORITIES);
    }
    authorities.forEach(authority -> requireUsual(authority.getPublicKey()));
    return authorities;
  }

  private static void requireUsual(PublicKey key) {
    String kind =
        switch (key) {
          case RSAPublicKey rsa -> {
            int bits = rsa.getModulus().bitLength();
            boolean usual =
                LEAST_RSA_BITS <= bits
                    && bits <= MOST_RSA_BITS
                    && rsa.getPublicExponent().bitLength() <= MOST_EXPONENT_BITS;
            yield usual ? null : "RSA, " + bits + " bits";
          }
          case ECPublicKey ec ->
              CURVES.contains(ec.getParams().getCurve())
                  ? null
                  : "EC, " + ec.getParams().getCurve().getField().getFieldSize() + " bits";
          default -> key.getAlgorithm();
        };
    if (kind != null) {
      throw new IllegalArgumentException(
          "has a certificate with a key of type "
              + kind
              + "; use authorities with RSA of 2048 to 4096 bits, P-256 or P-384");
    }
  }

  private static EllipticCurve curve(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class).getCurve();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java does not support the curve " + name, e);
    }
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

  /** Writes certificates, in order. */
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
