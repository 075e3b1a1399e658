package dev.posthorn.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate with its private key.
 *
 * @param key its key: RSA or EC
 * @param chain the certificate, followed by its issuers
 */
public record ClientCertificate(PrivateKey key, List<X509Certificate> chain) {
  /**
   * Maximum size of an RSA key: signing with a larger one would hold a shared thread for too long.
   */
  private static final int MOST_RSA_BITS = 4096;

  private static final int LEAST_RSA_BITS = 2048;
  private static final byte[] CHALLENGE = new byte[32];

  /**
   * Reads a certificate, its issuers and its key, in PEM.
   *
   * @param pem at most 32,768 characters: the certificate before its issuers, the key anywhere, as
   *     PKCS#8, PKCS#1 or SEC 1
   * @throws IllegalArgumentException if the text is invalid; the message names the remedy
   */
  public static ClientCertificate read(String pem) {
    Pem.@Nullable Block key = null;
    List<X509Certificate> chain = new ArrayList<>();
    for (Pem.Block block : Pem.read(pem)) {
      if (block.isKey()) {
        if (key != null) {
          throw new IllegalArgumentException(
              "has two private keys; give only that of the certificate");
        }
        key = block;
      } else if (!block
          .label()
          .equals("EC PARAMETERS")) { // redundant: the key contains the same parameters
        chain.add(Certificates.read(block));
      }
    }
    if (key == null) {
      throw new IllegalArgumentException("has no private key; give it with the certificate");
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("has no certificate; give it with the private key");
    }
    return new ClientCertificate(key(key, chain.get(0).getPublicKey()), List.copyOf(chain));
  }

  private static PrivateKey key(Pem.Block block, PublicKey of) {
    String algorithm = of.getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw new IllegalArgumentException(
          "has a certificate for a key of type " + algorithm + "; use RSA or EC");
    }
    byte[] pkcs8 =
        switch (block.label()) {
          case "PRIVATE KEY" -> block.der();
          case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> Der.pkcs8(of, block.der());
          case "ENCRYPTED PRIVATE KEY" ->
              throw new IllegalArgumentException(
                  "has an encrypted private key; decrypt it first:"
                      + " openssl pkey -in key.pem -out decrypted.pem");
          default ->
              throw new IllegalArgumentException(
                  "has a block " + Pem.label(block.label()) + "; give the key as PKCS#8");
        };
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | RuntimeException e) {
      // Without the cause, which may contain parts of the key.
      throw new IllegalArgumentException(
          "has a private key that cannot be read as "
              + algorithm
              + ", the type of the certificate's key; give the key that belongs to it");
    }
  }

  /**
   * Checks that receivers can accept it at a time.
   *
   * @param now wall time in milliseconds
   * @throws IllegalArgumentException if the key belongs to another certificate, or is an RSA key of
   *     less than 2,048 or more than 4,096 bits; or the certificate is not valid at that time
   */
  public void check(long now) {
    if (key instanceof RSAKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
        throw new IllegalArgumentException(
            "has an RSA key of " + bits + " bits; use one of 2048 to 4096, or EC");
      }
    }
    if (!signs()) {
      throw new IllegalArgumentException(
          "has a private key that does not belong to the first certificate;"
              + " give the one it was requested with, and the certificate before its issuers");
    }
    X509Certificate certificate = chain.get(0);
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    Instant at = Instant.ofEpochMilli(now);
    if (at.isAfter(until)) {
      throw new IllegalArgumentException(
          "has a certificate that expired at " + until + "; have it renewed");
    }
    if (at.isBefore(from)) {
      throw new IllegalArgumentException(
          "has a certificate that is not valid before " + from + "; set it then");
    }
  }

  private boolean signs() {
    try {
      Signature signature =
          Signature.getInstance("SHA256with" + (key instanceof RSAKey ? "RSA" : "ECDSA"));
      signature.initSign(key);
      signature.update(CHALLENGE);
      byte[] made = signature.sign();
      signature.initVerify(chain.get(0).getPublicKey());
      signature.update(CHALLENGE);
      return signature.verify(made);
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  /** Returns both as PEM, the key as PKCS#8, in the form that {@link #read} accepts. */
  public String write() {
    return Pem.write("PRIVATE KEY", Objects.requireNonNull(key.getEncoded()))
        + Certificates.write(chain);
  }

  /** Names the subject only, so that the key never reaches a log. */
  @Override
  public String toString() {
    return "ClientCertificate[" + chain.get(0).getSubjectX500Principal() + "]";
  }
}
