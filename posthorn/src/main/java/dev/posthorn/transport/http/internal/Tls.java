package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.http.HttpTransportOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
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
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The client's side of TLS: what is trusted, offered and checked. */
final class Tls {

  private static final int SESSIONS = 1_000;

  private Tls() {}

  static SslContext context(HttpTransportOptions options) {
    boolean openSsl = options.nativeIo() && OpenSsl.isAvailable();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(openSsl ? SslProvider.OPENSSL : SslProvider.JDK)
              .sessionCacheSize(SESSIONS)
              .endpointIdentificationAlgorithm("HTTPS");
      if (options.http2()) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1));
      }
      Path pem = options.trustedCertificates();
      if (pem != null) {
        builder.trustManager(trusting(pem));
      }
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS could not be set up: " + e.getMessage(), e);
    }
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

  private static TrustManagerFactory trusting(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      List<Certificate> trusted =
          new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (trusted.isEmpty()) {
        throw new IllegalArgumentException("trustedCertificates: " + pem + " has no certificate");
      }
      trusted.addAll(trustedByTheJdk());
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("ca-" + i, trusted.get(i));
      }
      return factory(store);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "trustedCertificates: " + pem + " cannot be read as PEM certificates: " + e.getMessage(),
          e);
    }
  }

  private static List<X509Certificate> trustedByTheJdk() throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>();
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        all.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return all;
  }

  private static TrustManagerFactory factory(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
