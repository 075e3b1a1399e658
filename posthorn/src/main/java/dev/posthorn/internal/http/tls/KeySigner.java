package dev.posthorn.internal.http.tls;

import io.netty.handler.ssl.OpenSslPrivateKeyMethod;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.net.ssl.SSLEngine;

/**
 * Signs the handshakes of one client certificate. Signing is one of the {@link HandshakeSteps}: a
 * large RSA key would hold up an event loop for milliseconds.
 */
final class KeySigner implements OpenSslPrivateKeyMethod {
  private final PrivateKey key;

  KeySigner(PrivateKey key) {
    this.key = key;
  }

  @Override
  public byte[] sign(SSLEngine engine, int algorithm, byte[] input)
      throws GeneralSecurityException {
    Signature signature = signature(algorithm);
    signature.initSign(key);
    signature.update(input);
    return signature.sign();
  }

  /** Returns the signature for an algorithm, by IANA's numbers of TLS signature schemes. */
  private static Signature signature(int algorithm) throws GeneralSecurityException {
    if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA256) {
      return pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
    }
    if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA384) {
      return pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
    }
    if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA512) {
      return pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
    }
    return Signature.getInstance(name(algorithm));
  }

  private static String name(int algorithm) throws SignatureException {
    if (algorithm == SSL_SIGN_RSA_PKCS1_SHA1) {
      return "SHA1withRSA";
    }
    if (algorithm == SSL_SIGN_RSA_PKCS1_SHA256) {
      return "SHA256withRSA";
    }
    if (algorithm == SSL_SIGN_RSA_PKCS1_SHA384) {
      return "SHA384withRSA";
    }
    if (algorithm == SSL_SIGN_RSA_PKCS1_SHA512) {
      return "SHA512withRSA";
    }
    if (algorithm == SSL_SIGN_ECDSA_SHA1) {
      return "SHA1withECDSA";
    }
    if (algorithm == SSL_SIGN_ECDSA_SECP256R1_SHA256) {
      return "SHA256withECDSA";
    }
    if (algorithm == SSL_SIGN_ECDSA_SECP384R1_SHA384) {
      return "SHA384withECDSA";
    }
    if (algorithm == SSL_SIGN_ECDSA_SECP521R1_SHA512) {
      return "SHA512withECDSA";
    }
    throw new SignatureException(
        "the receiver wants an unsupported signature scheme: " + algorithm);
  }

  private static Signature pss(String digest, MGF1ParameterSpec mask, int salt)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(new PSSParameterSpec(digest, "MGF1", mask, salt, 1));
    return signature;
  }

  @Override
  public byte[] decrypt(SSLEngine engine, byte[] input) throws SignatureException {
    throw new SignatureException("a client does not decrypt with its key");
  }
}
