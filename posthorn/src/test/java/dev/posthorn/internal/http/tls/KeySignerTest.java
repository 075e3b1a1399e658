package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslPrivateKeyMethod;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeySignerTest {
  private static final byte[] INPUT = {1, 2, 3};

  @BeforeAll
  static void loadNumbersOfSchemes() {
    assertThat(OpenSsl.isAvailable()).isTrue();
  }

  private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @Test
  void whatItSignsIsVerifiedByItsCertificate() throws GeneralSecurityException {
    KeyPair pair = pair("RSA", 2048);
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();

    byte[] signature =
        new KeySigner(pair.getPrivate())
            .sign(engine, OpenSslPrivateKeyMethod.SSL_SIGN_RSA_PKCS1_SHA256, INPUT);
    Signature verified = Signature.getInstance("SHA256withRSA");
    verified.initVerify(pair.getPublic());
    verified.update(INPUT);
    assertThat(verified.verify(signature)).isTrue();
  }

  @Test
  void whatCannotBeSignedFails() throws GeneralSecurityException {
    KeySigner signer = new KeySigner(pair("EC", 256).getPrivate());
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();

    assertThatThrownBy(() -> signer.sign(engine, 1, INPUT)).isInstanceOf(SignatureException.class);
    assertThatThrownBy(() -> signer.decrypt(engine, INPUT)).isInstanceOf(SignatureException.class);
  }
}
