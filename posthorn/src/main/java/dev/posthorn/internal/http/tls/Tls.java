package dev.posthorn.internal.http.tls;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.file.UnusableFileException;
import dev.posthorn.spi.transport.TlsIdentity;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Client side of TLS: trusted authorities, offered protocols, checks. */
public final class Tls {

  private static final int SESSIONS = 1_000;

  /** System property with which users enable the JDK's revocation check. */
  private static final String CHECK_REVOCATION = "com.sun.net.ssl.checkRevocation";

  /** Maximum number of sessions in the context of one endpoint: a receiver has few addresses. */
  private static final int OWN_SESSIONS = 4;

  private Tls() {}

  /** Creates the context for all endpoints without their own TLS settings. */
  public static SslContext shared(HttpTransportOptions options, Trust trust) {
    SslProvider provider = isNative(options) ? SslProvider.OPENSSL : SslProvider.JDK;
    try {
      return builder(options)
          .sslProvider(provider)
          .sessionCacheSize(SESSIONS)
          .trustManager(trust.checks())
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS could not be set up: " + e.getMessage(), e);
    }
  }

  /**
   * Creates the context of an endpoint with its own TLS settings. If it is native, its memory is
   * freed when it is released.
   *
   * @throws IllegalArgumentException if the identity cannot be read
   */
  static SslContext own(HttpTransportOptions options, Trust trust, TlsIdentity identity)
      throws SSLException {
    boolean isNative = isNative(options);
    String ca = identity.serverCa();
    SslContextBuilder builder =
        builder(options)
            .sslProvider(isNative ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
            .sessionCacheSize(OWN_SESSIONS)
            .trustManager((ca == null ? trust : Trust.only(Certificates.read(ca))).checks());
    String certificate = identity.clientCertificate();
    if (certificate != null) {
      ClientCertificate own = ClientCertificate.read(certificate);
      KeyManagerFactory keys = new OneKeyManager(own, !isNative).factory();
      if (isNative) {
        // Certificates are copied into native memory once, not for each handshake.
        builder
            .keyManager(new OpenSslCachingX509KeyManagerFactory(keys, 1))
            .option(OpenSslContextOption.PRIVATE_KEY_METHOD, new KeySigner(own.key()));
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
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm("HTTPS")
            .option(OpenSslContextOption.USE_TASKS, true); // expensive work is a separate step
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

  /**
   * Returns a handler whose SNI and certificate check are for the host, with or without dots.
   *
   * @param steps executor of expensive steps
   */
  public static SslHandler handler(
      SslContext context, ByteBufAllocator alloc, TlsPeer peer, Executor steps) {
    SSLEngine engine = context.newEngine(alloc, peer.host(), peer.port());
    if (!peer.isLiteral()) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(serverName(peer.host())));
      engine.setSSLParameters(parameters);
    }
    SslHandler handler = new SslHandler(engine, steps);
    // The exchange has its own limit for the handshake.
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeoutMillis(500);
    return handler;
  }

  /** Returns the name for SNI, unchanged, whether or not it follows the JDK's rules for names. */
  private static SNIServerName serverName(String host) {
    if (host.indexOf('_') < 0) {
      return new SNIHostName(host);
    }
    byte[] name = host.getBytes(StandardCharsets.US_ASCII);
    return new SNIServerName(StandardConstants.SNI_HOST_NAME, name) {};
  }

  /**
   * Authorities trusted to certify receivers, read once: the JDK has many.
   *
   * @param checks checks the certificates that receivers present
   */
  public record Trust(ShownChain checks) {
    private static final String OPTION = "trustedCertificates";

    /** Returns the JDK's authorities, and those of a file if one is given. */
    public static Trust of(@Nullable Path pem) {
      try {
        List<X509Certificate> trusted = new ArrayList<>(pem == null ? List.of() : read(pem));
        trusted.addAll(List.of(first(factory(null)).getAcceptedIssuers()));
        return new Trust(new ShownChain(validator(trusted)));
      } catch (IOException | GeneralSecurityException e) {
        if (pem == null) {
          throw new IllegalStateException(
              "the JDK's trusted certificates cannot be read: " + e.getMessage(), e);
        }
        throw new UnusableFileException(
            OPTION, pem + " cannot be read as PEM certificates: " + e.getMessage(), e);
      }
    }

    private static List<X509Certificate> read(Path pem)
        throws IOException, GeneralSecurityException {
      List<X509Certificate> read = new ArrayList<>();
      try (InputStream in = Files.newInputStream(pem)) {
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          read.add((X509Certificate) each);
        }
      }
      if (read.isEmpty()) {
        throw new UnusableFileException(OPTION, pem + " has no certificate", null);
      }
      return read;
    }

    /** Returns a trust in these authorities only. */
    static Trust only(List<X509Certificate> authorities) {
      try {
        return new Trust(new ShownChain(validator(authorities)));
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("a server CA cannot be used: " + e.getMessage(), e);
      }
    }

    /**
     * Returns a validator that follows the JDK's rules, but does not let certificates map policies
     * to each other: a few that do so many times over would use up all memory.
     */
    private static X509ExtendedTrustManager validator(Collection<X509Certificate> authorities)
        throws IOException, GeneralSecurityException {
      if (authorities.isEmpty()) {
        KeyStore none = KeyStore.getInstance(KeyStore.getDefaultType());
        none.load(null, null);
        return first(factory(none));
      }
      Set<TrustAnchor> anchors = new HashSet<>();
      authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
      PKIXBuilderParameters rules = new PKIXBuilderParameters(anchors, null);
      rules.setRevocationEnabled(Boolean.getBoolean(CHECK_REVOCATION));
      rules.setPolicyMappingInhibited(true);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(rules));
      return first(factory);
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store)
        throws GeneralSecurityException {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    }

    private static X509ExtendedTrustManager first(TrustManagerFactory factory) {
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager checks) {
          return checks;
        }
      }
      throw new IllegalStateException("this Java cannot check certificates");
    }
  }
}
