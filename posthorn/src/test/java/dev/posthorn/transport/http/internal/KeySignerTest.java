package dev.posthorn.transport.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslAsyncPrivateKeyMethod;
import io.netty.util.concurrent.Future;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeySignerTest {
  private static final byte[] INPUT = {1, 2, 3};

  private final Queue<Runnable> elsewhere = new ArrayDeque<>();
  private final Signers waiting = new Signers();

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
  void nothingIsSignedOnTheCallersThread() throws GeneralSecurityException {
    KeyPair pair = pair("RSA", 2048);
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    KeySigner signer = new KeySigner(pair.getPrivate(), elsewhere::add, waiting);

    Future<byte[]> signature =
        signer.sign(engine, OpenSslAsyncPrivateKeyMethod.SSL_SIGN_RSA_PKCS1_SHA256, INPUT);
    assertThat(signature.isDone()).isFalse();
    assertThat(waiting.isSigning(engine)).isTrue();

    elsewhere.remove().run();
    assertThat(waiting.isSigning(engine)).isFalse();
    Signature verified = Signature.getInstance("SHA256withRSA");
    verified.initVerify(pair.getPublic());
    verified.update(INPUT);
    assertThat(verified.verify(signature.getNow())).isTrue();
  }

  @Test
  void whatCannotBeSignedFails() throws GeneralSecurityException {
    KeyPair pair = pair("EC", 256);
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    KeySigner signer = new KeySigner(pair.getPrivate(), Runnable::run, waiting);

    assertThat(signer.sign(engine, 1, INPUT).isSuccess()).isFalse();
    assertThat(signer.decrypt(engine, INPUT).isSuccess()).isFalse();
    assertThat(waiting.isSigning(engine)).isFalse();
  }
}
