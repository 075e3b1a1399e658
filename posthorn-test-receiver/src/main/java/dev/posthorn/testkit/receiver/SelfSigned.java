package dev.posthorn.testkit.receiver;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Self-signed certificates (RFC 5280). Java makes none itself, and its {@code keytool} is a process
 * that takes a second for each.
 */
final class SelfSigned {
  private static final Duration VALID = Duration.ofDays(1);
  private static final int SERIAL_BITS = 120;
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final int VERSION_FIELD = 0xa0;
  private static final int EXTENSIONS_FIELD = 0xa3;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final BigInteger VERSION_3 = BigInteger.TWO;

  private SelfSigned() {}

  /** A kind of key, with what it signs certificates by. */
  enum Kind {
    P256("EC", "SHA256withECDSA", "1.2.840.10045.4.3.2"),
    P521("EC", "SHA512withECDSA", "1.2.840.10045.4.3.4"),
    RSA("RSA", "SHA256withRSA", "1.2.840.113549.1.1.11"),
    ED25519("Ed25519", "Ed25519", "1.3.101.112");

    private final String key;
    private final String signature;
    private final String id;

    Kind(String key, String signature, String id) {
      this.key = key;
      this.signature = signature;
      this.id = id;
    }

    KeyPair generate() throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(key);
      switch (this) {
        case P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
        case P521 -> generator.initialize(new ECGenParameterSpec("secp521r1"));
        case RSA -> generator.initialize(2048);
        case ED25519 -> {} // there is one kind of it
      }
      return generator.generateKeyPair();
    }

    private byte[] algorithm() {
      return this == RSA
          ? Der.sequence(Der.objectId(id), Der.nothing())
          : Der.sequence(Der.objectId(id));
    }

    private byte[] sign(KeyPair keys, byte[] content) throws GeneralSecurityException {
      Signature signer = Signature.getInstance(signature);
      signer.initSign(keys.getPrivate());
      signer.update(content);
      return signer.sign();
    }
  }

  /**
   * Returns a certificate that is valid for a day.
   *
   * @param names DNS names and IPv4 addresses; the first is also the common name
   */
  static Certificate of(Kind kind, KeyPair keys, Instant from, String... names)
      throws GeneralSecurityException {
    byte[] name = name(names[0]);
    byte[] content =
        Der.sequence(
            Der.tagged(VERSION_FIELD, Der.integer(VERSION_3)),
            Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom())),
            kind.algorithm(),
            name,
            Der.sequence(Der.time(from), Der.time(from.plus(VALID))),
            name,
            keys.getPublic().getEncoded(),
            Der.tagged(EXTENSIONS_FIELD, Der.sequence(alternatives(names))));
    byte[] certificate =
        Der.sequence(content, kind.algorithm(), Der.bits(kind.sign(keys, content)));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(certificate));
  }

  private static byte[] name(String common) {
    return Der.sequence(Der.set(Der.sequence(Der.objectId(COMMON_NAME), Der.text(common))));
  }

  private static byte[] alternatives(String... names) {
    byte[][] all = Stream.of(names).map(SelfSigned::alternative).toArray(byte[][]::new);
    return Der.sequence(Der.objectId(ALTERNATIVE_NAMES), Der.octets(Der.sequence(all)));
  }

  private static byte[] alternative(String name) {
    if (!name.matches("[\\d.]+")) {
      return Der.tagged(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return Der.tagged(IP_ADDRESS, InetAddress.getByName(name).getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(name + " is no IPv4 address", e);
    }
  }
}
