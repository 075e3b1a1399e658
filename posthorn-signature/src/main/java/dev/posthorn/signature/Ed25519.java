package dev.posthorn.signature;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) on raw bytes, over the JDK's own implementation. */
final class Ed25519 {

  static final int KEY_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  private static final String ALGORITHM = "Ed25519";

  /** Prefix of the 32 raw bytes in the X.509 form of a public key (RFC 8410, section 4). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519() {}

  /** Returns a new key: 32 bytes of seed, followed by 32 bytes of public key. */
  static byte[] generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] encoded = pair.getPublic().getEncoded();
      byte[] key = Arrays.copyOf(seed, 2 * KEY_BYTES);
      System.arraycopy(encoded, encoded.length - KEY_BYTES, key, KEY_BYTES, KEY_BYTES);
      return key;
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  static PrivateKey privateKey(byte[] seed) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  /**
   * Returns the public key of 32 raw bytes or of an X.509 structure.
   *
   * @throws InvalidKeyException if the bytes have neither form or are not a point of the curve
   */
  static PublicKey publicKey(byte[] bytes) throws InvalidKeyException {
    byte[] encoded = bytes;
    if (bytes.length == KEY_BYTES) {
      encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + KEY_BYTES);
      System.arraycopy(bytes, 0, encoded, X509_PREFIX.length, KEY_BYTES);
    }
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
      // The factory accepts any 32 bytes; only this call checks that they are a point.
      Signature.getInstance(ALGORITHM).initVerify(key);
      return key;
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException(e);
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  static byte[] sign(PrivateKey key, byte[] prefix, byte[] body) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(prefix);
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  static boolean verify(PublicKey key, byte[] prefix, byte[] body, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(prefix);
      verifier.update(body);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // the bytes are not a signature of any content
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static IllegalStateException unavailable(GeneralSecurityException e) {
    return new IllegalStateException("this Java runtime does not support Ed25519", e);
  }
}
