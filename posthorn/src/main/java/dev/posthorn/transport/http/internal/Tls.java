package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.Certificates;
import dev.posthorn.transport.ClientCertificate;
import dev.posthorn.transport.TlsIdentity;
import dev.posthorn.transport.http.HttpTransportOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The client's side of TLS: what is trusted, offered and checked. */
final class Tls {

  private static final int SESSIONS = 1_000;

  /** How many sessions the context of one endpoint keeps: a receiver has few addresses. */
  private static final int OWN_SESSIONS = 4;

  private Tls() {}

  /** Makes the context for all that have nothing of their own. */
  static SslContext shared(HttpTransportOptions options, Trust trust) {
    SslProvider provider = isNative(options) ? SslProvider.OPENSSL : SslProvider.JDK;
    try {
      return builder(options)
          .sslProvider(provider)
          .sessionCacheSize(SESSIONS)
          .trustManager(trust.factory())
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS could not be set up: " + e.getMessage(), e);
    }
  }

  /**
   * Makes the context of an endpoint that has something of its own. If it is native, its memory is
   * freed when it is released.
   *
   * @throws IllegalArgumentException if the identity cannot be read
   */
  static SslContext own(
      HttpTransportOptions options, Trust trust, TlsIdentity identity, Signers signers)
      throws SSLException {
    boolean isNative = isNative(options);
    String ca = identity.serverCa();
    SslContextBuilder builder =
        builder(options)
            .sslProvider(isNative ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
            .sessionCacheSize(OWN_SESSIONS)
            .trustManager(ca == null ? trust.factory() : Trust.only(Certificates.read(ca)));
    String certificate = identity.clientCertificate();
    if (certificate != null) {
      ClientCertificate own = ClientCertificate.read(certificate);
      KeyManagerFactory keys = new OneKeyManager(own, !isNative).factory();
      if (isNative) {
        // Certificates are read into native memory once, not at each handshake.
        builder
            .keyManager(new OpenSslCachingX509KeyManagerFactory(keys, 1))
            .option(
                OpenSslContextOption.ASYNC_PRIVATE_KEY_METHOD,
                new KeySigner(own.key(), signers.of(identity), signers));
      } else {
        builder.keyManager(keys);
      }
    }
    return builder.build();
  }

  private static boolean isNative(HttpTransportOptions options) {
    return options.nativeIo() && OpenSsl.isAvailable();
  }

  private static SslContextBuilder builder(HttpTransportOptions options) {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
    if (options.http2()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              ApplicationProtocolNames.HTTP_2,
              ApplicationProtocolNames.HTTP_1_1));
    }
    return builder;
  }

  /** Returns a handler whose SNI and certificate check are for {@code host}, dots or not. */
  static SslHandler handler(SslContext context, ByteBufAllocator alloc, Authority authority) {
    SSLEngine engine = context.newEngine(alloc, authority.host, authority.port);
    if (!authority.isLiteral) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(authority.host)));
      engine.setSSLParameters(parameters);
    }
    SslHandler handler = new SslHandler(engine);
    // The exchange has its own limit for the handshake.
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeoutMillis(500);
    return handler;
  }

  /**
   * Who may vouch for receivers, read once: the JDK's authorities are many.
   *
   * @param factory makes what checks
   */
  record Trust(TrustManagerFactory factory) {

    /** Returns the JDK's authorities, and those of a file if one is given. */
    static Trust of(@Nullable Path pem) {
      try {
        return new Trust(pem == null ? factory(null) : also(pem));
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalArgumentException(
            pem == null
                ? "the JDK's trusted certificates cannot be read: " + e.getMessage()
                : "trustedCertificates: "
                    + pem
                    + " cannot be read as PEM certificates: "
                    + e.getMessage(),
            e);
      }
    }

    private static TrustManagerFactory also(Path pem) throws IOException, GeneralSecurityException {
      try (InputStream in = Files.newInputStream(pem)) {
        List<Certificate> trusted =
            new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
        if (trusted.isEmpty()) {
          throw new IllegalArgumentException("trustedCertificates: " + pem + " has no certificate");
        }
        for (TrustManager manager : factory(null).getTrustManagers()) {
          if (manager instanceof X509TrustManager x509) {
            trusted.addAll(List.of(x509.getAcceptedIssuers()));
          }
        }
        return factory(store(trusted));
      }
    }

    /** Returns these authorities and no others. */
    static TrustManagerFactory only(List<X509Certificate> authorities) {
      try {
        return factory(store(authorities));
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("a server CA cannot be used: " + e.getMessage(), e);
      }
    }

    private static KeyStore store(Collection<? extends Certificate> trusted)
        throws IOException, GeneralSecurityException {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate certificate : trusted) {
        store.setCertificateEntry("ca-" + n++, certificate);
      }
      return store;
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store)
        throws GeneralSecurityException {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    }
  }
}
