package dev.posthorn.internal.http.tls;

import dev.posthorn.internal.crypto.ClientCertificate;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents one client certificate to any receiver that asks for one. The JDK's own managers
 * withhold it from a server that does not name its issuer, which hides why the server refuses.
 */
final class OneKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "client";

  private final String algorithm;
  private final @Nullable PrivateKey key;
  private final X509Certificate[] chain;

  /** Creates a manager that exposes its key, or not, if other code signs with it. */
  OneKeyManager(ClientCertificate certificate, boolean withKey) {
    this.algorithm = certificate.key().getAlgorithm();
    this.key = withKey ? certificate.key() : null;
    this.chain = certificate.chain().toArray(X509Certificate[]::new);
  }

  SimpleKeyManagerFactory factory() {
    return new SimpleKeyManagerFactory() {
      @Override
      protected void engineInit(KeyStore store, char[] password) {}

      @Override
      protected void engineInit(ManagerFactoryParameters parameters) {}

      @Override
      protected KeyManager[] engineGetKeyManagers() {
        return new KeyManager[] {OneKeyManager.this};
      }
    };
  }

  /** Returns the alias of the certificate if the server accepts keys of its type. */
  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, SSLEngine engine) {
    return chooseClientAlias(kinds, issuers, null);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    for (String kind : kinds) {
      if (kind.equals(algorithm)) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public String[] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? chain.clone() : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? key : null;
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
