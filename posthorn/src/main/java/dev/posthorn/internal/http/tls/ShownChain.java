package dev.posthorn.internal.http.tls;

import java.net.Socket;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Checks receivers' certificates as they are shown, the first {@value #MOST}: the JDK validates
 * them, with all its rules, but does not search for a path through them, which takes minutes if
 * they are made for that. Each is followed by the one that vouches for it, whatever order they are
 * shown in, and what nothing refers to is left out. Where several could vouch for the same, there
 * is no going back.
 */
final class ShownChain extends X509ExtendedTrustManager {
  /** The number of certificates that are looked at. */
  static final int MOST = 10;

  /** The size of one: some have hundreds of names. */
  static final int MOST_BYTES = 16 * 1024;

  /**
   * The size of policies and constraints on names, of all certificates together: each is compared
   * with all the others.
   */
  static final int MOST_RULE_BYTES = 4 * 1024;

  /** A signature is checked in a millisecond or two. */
  static final int MOST_RSA_BITS = 8_192;

  /** A kind of subject alternative name (RFC 5280, section 4.2.1.6). */
  private static final Integer DNS_NAME = 2;

  private static final int MOST_EXPONENT_BITS = 64;

  /** Certificate policies and name constraints. */
  private static final List<String> RULES = List.of("2.5.29.32", "2.5.29.30");

  private final X509ExtendedTrustManager validator;
  private final Map<X500Principal, List<X509Certificate>> authorities = new HashMap<>();

  /** Wraps what validates a chain that is in order and leads to one of its authorities. */
  ShownChain(X509ExtendedTrustManager validator) {
    this.validator = validator;
    for (X509Certificate authority : validator.getAcceptedIssuers()) {
      authorities
          .computeIfAbsent(authority.getSubjectX500Principal(), name -> new ArrayList<>(1))
          .add(authority);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String kind, SSLEngine engine)
      throws CertificateException {
    X509Certificate[] chain = inOrder(shown);
    String host = engine.getPeerHost();
    if (host == null || host.indexOf('_') < 0) {
      validator.checkServerTrusted(chain, kind, engine);
    } else { // no name to the JDK, which would refuse it whatever is shown
      validator.checkServerTrusted(chain, kind);
      requireNamed(host, chain[0]);
    }
  }

  /** Requires the host among a certificate's names: itself, or with a wildcard as first label. */
  private static void requireNamed(String host, X509Certificate certificate)
      throws CertificateException {
    String parent = host.substring(host.indexOf('.') + 1);
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    for (List<?> name : names == null ? List.<List<?>>of() : names) {
      if (name.get(0).equals(DNS_NAME) && name.get(1) instanceof String dns) {
        boolean isWild = parent.indexOf('.') > 0 && dns.equalsIgnoreCase("*." + parent);
        if (isWild || dns.equalsIgnoreCase(host)) {
          return;
        }
      }
    }
    throw new CertificateException("No subject alternative DNS name matching " + host + " found");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String kind, Socket socket)
      throws CertificateException {
    validator.checkServerTrusted(inOrder(shown), kind, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String kind) throws CertificateException {
    validator.checkServerTrusted(inOrder(shown), kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String kind) throws CertificateException {
    throw new CertificateException("a client has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String kind, Socket socket)
      throws CertificateException {
    checkClientTrusted(shown, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String kind, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(shown, kind);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return validator.getAcceptedIssuers();
  }

  /**
   * Returns the receiver's certificate, then each that vouches for the one before it, until an
   * authority is reached.
   */
  private X509Certificate[] inOrder(X509Certificate[] shown) throws CertificateException {
    List<X509Certificate> left = new ArrayList<>(List.of(shown));
    if (left.size() > MOST) {
      left.subList(MOST, left.size()).clear();
    }
    requireCheap(left);
    List<X509Certificate> chain = new ArrayList<>();
    X509Certificate last = left.removeFirst();
    boolean isTrusted = named(last.getSubjectX500Principal()).contains(last);
    chain.add(last);
    for (X509Certificate next; !isTrusted && (next = issuer(last, left)) != null; ) {
      left.remove(next);
      chain.add(next);
      last = next;
      isTrusted = isAuthority(next);
    }
    if (!isTrusted && named(last.getIssuerX500Principal()).isEmpty()) {
      // The JDK would begin to search.
      throw new CertificateException(
          "unable to find valid certification path: no authority that is trusted has the name "
              + last.getIssuerX500Principal().getName());
    }
    return chain.toArray(X509Certificate[]::new);
  }

  /** Returns the one that vouches for another, or null; rather one that leads to an authority. */
  private @Nullable X509Certificate issuer(X509Certificate of, List<X509Certificate> left) {
    X509Certificate found = null;
    for (X509Certificate each : left) {
      if (each.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
        if (isAuthority(each) || !named(each.getIssuerX500Principal()).isEmpty()) {
          return each;
        }
        found = found == null ? each : found;
      }
    }
    return found;
  }

  /** Returns whether it is one of an authority, or has the name and the key of one. */
  private boolean isAuthority(X509Certificate certificate) {
    for (X509Certificate authority : named(certificate.getSubjectX500Principal())) {
      if (authority.getPublicKey().equals(certificate.getPublicKey())) {
        return true;
      }
    }
    return false;
  }

  private List<X509Certificate> named(X500Principal name) {
    return authorities.getOrDefault(name, List.of());
  }

  private static void requireCheap(List<X509Certificate> shown) throws CertificateException {
    int rules = 0;
    for (X509Certificate each : shown) {
      if (each.getEncoded().length > MOST_BYTES) {
        throw new CertificateException("a certificate has more than " + MOST_BYTES + " bytes");
      }
      for (String rule : RULES) {
        byte[] extension = each.getExtensionValue(rule);
        rules += extension == null ? 0 : extension.length;
      }
      requireCheap(each.getPublicKey());
    }
    if (rules > MOST_RULE_BYTES) {
      throw new CertificateException(
          "the certificates have more than "
              + MOST_RULE_BYTES
              + " bytes of policies and constraints on names");
    }
  }

  private static void requireCheap(PublicKey key) throws CertificateException {
    if (key instanceof RSAPublicKey rsa
        && (rsa.getModulus().bitLength() > MOST_RSA_BITS
            || rsa.getPublicExponent().bitLength() > MOST_EXPONENT_BITS)) {
      throw new CertificateException(
          "a certificate has an RSA key of more than "
              + MOST_RSA_BITS
              + " bits, or an unusual exponent");
    }
  }
}
