package dev.posthorn.testkit.receiver;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Builds X.509 certificates that no honest authority would issue: any issuer, any key, any
 * extensions.
 */
public final class MadeCertificate {
  private static final AtomicLong SERIAL = new AtomicLong(1);
  private final String subject;
  private final KeyPair key;
  private final List<byte[]> extensions = new ArrayList<>();

  private MadeCertificate(String subject, KeyPair key) {
    this.subject = subject;
    this.key = key;
  }

  /** Generates a key pair on a curve, such as {@code secp256r1}. */
  public static KeyPair ec(String curve) {
    return pair("EC", new ECGenParameterSpec(curve));
  }

  /** Generates an RSA key pair. */
  public static KeyPair rsa(int bits) {
    return pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
  }

  private static KeyPair pair(String algorithm, AlgorithmParameterSpec kind) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(kind);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a certificate of an authority. */
  public static MadeCertificate authority(String name, KeyPair key) {
    return new MadeCertificate(name, key).extension("2.5.29.19", true, seq(bool()));
  }

  /** Starts a certificate of a receiver at an address. */
  public static MadeCertificate receiver(byte[] address, KeyPair key) {
    return new MadeCertificate("receiver", key)
        .extension("2.5.29.17", false, seq(tagged(0x87, address)));
  }

  /** Adds an extension with a value in DER. */
  public MadeCertificate extension(String oid, boolean critical, byte[] value) {
    byte[] octets = tagged(0x04, value);
    extensions.add(critical ? seq(oid(oid), bool(), octets) : seq(oid(oid), octets));
    return this;
  }

  /** Builds a self-signed certificate. */
  public X509Certificate selfSigned() {
    return issued(subject, key.getPrivate());
  }

  /** Builds a certificate with the given issuer, true or not. */
  public X509Certificate issued(String issuer, PrivateKey by) {
    boolean ec = by.getAlgorithm().equals("EC");
    byte[] algorithm =
        ec ? seq(oid("1.2.840.10045.4.3.2")) : seq(oid("1.2.840.113549.1.1.11"), tagged(0x05));
    byte[] body =
        seq(
            tagged(0xa0, integer(2)),
            integer(SERIAL.getAndIncrement()),
            algorithm,
            name(issuer),
            // All have the same validity period, which the JDK checks when it searches.
            seq(time("200101000000Z"), time("491231235959Z")),
            name(subject),
            key.getPublic().getEncoded(),
            tagged(0xa3, seq(extensions.toArray(byte[][]::new))));
    try {
      Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(by);
      signature.update(body);
      byte[] bits = join(new byte[] {0}, signature.sign());
      byte[] whole = seq(body, algorithm, tagged(0x03, bits));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(whole));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns certificates as PEM, one after another. */
  public static String pem(List<X509Certificate> certificates) {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(Base64.getEncoder().encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
    return pem.toString();
  }

  // ---- DER -----------------------------------------------------------------------------------

  /** Returns a sequence in DER. */
  public static byte[] seq(byte[]... parts) {
    return tagged(0x30, parts);
  }

  /** Returns a DER value with a tag. */
  public static byte[] tagged(int tag, byte[]... parts) {
    byte[] content = join(parts);
    byte[] length =
        content.length < 0x80
            ? new byte[] {(byte) content.length}
            : content.length < 0x100
                ? new byte[] {(byte) 0x81, (byte) content.length}
                : content.length < 0x10000
                    ? new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length}
                    : new byte[] {
                      (byte) 0x83,
                      (byte) (content.length >> 16),
                      (byte) (content.length >> 8),
                      (byte) content.length
                    };
    return join(new byte[] {(byte) tag}, length, content);
  }

  /** Returns an integer in DER. */
  public static byte[] integer(long value) {
    return tagged(0x02, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] bool() {
    return tagged(0x01, new byte[] {(byte) 0xff});
  }

  private static byte[] time(String yearToSecond) {
    return tagged(0x17, yearToSecond.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] name(String common) {
    return seq(
        tagged(0x31, seq(oid("2.5.4.3"), tagged(0x0c, common.getBytes(StandardCharsets.UTF_8)))));
  }

  /** Returns an object identifier in DER. */
  public static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >> shift != 0) {
          out.write(0x80 | ((arc >> shift) & 0x7f));
        }
      }
      out.write(arc & 0x7f);
    }
    return tagged(0x06, out.toByteArray());
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
