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
 * Checks the first {@value #MOST} certificates that a receiver presents: the JDK validates them,
 * with all its rules, but does not search for a path through them, which a malicious receiver could
 * make take minutes. They are put in order, each followed by its issuer, whatever order they are
 * presented in, and unrelated ones are dropped. If several could be the issuer, there is no
 * backtracking.
 */
final class ShownChain extends X509ExtendedTrustManager {
  /** Maximum number of certificates that are checked. */
  static final int MOST = 10;

  /** Maximum size of a certificate: some have hundreds of names. */
  static final int MOST_BYTES = 16 * 1024;

  /**
   * Maximum size of the policies and name constraints of all certificates together: each is
   * compared with all the others.
   */
  static final int MOST_RULE_BYTES = 4 * 1024;

  /** Maximum size of an RSA key, with which a signature is checked in a millisecond or two. */
  static final int MOST_RSA_BITS = 8_192;

  /** Type of a subject alternative name that is a DNS name (RFC 5280, section 4.2.1.6). */
  private static final Integer DNS_NAME = 2;

  private static final int MOST_EXPONENT_BITS = 64;

  /** Extensions for certificate policies and name constraints. */
  private static final List<String> RULES = List.of("2.5.29.32", "2.5.29.30");

  private final X509ExtendedTrustManager validator;
  private final Map<X500Principal, List<X509Certificate>> authorities = new HashMap<>();

  /** Wraps a validator of ordered chains that lead to one of its authorities. */
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
    } else { // not a host name to the JDK, which would reject any certificate
      validator.checkServerTrusted(chain, kind);
      requireNamed(host, chain[0]);
    }
  }

  /**
   * Requires the host among a certificate's names: literally, or with a wildcard as the first
   * label.
   */
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

  /** Returns the receiver's certificate, followed by the issuer of each, up to an authority. */
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
          "unable to find valid certification path: no trusted authority has the name "
              + last.getIssuerX500Principal().getName());
    }
    return chain.toArray(X509Certificate[]::new);
  }

  /** Returns the issuer of a certificate, or null; prefers one that leads to an authority. */
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

  /** Returns whether a certificate belongs to an authority, or has the name and the key of one. */
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
              + " bytes of policies and name constraints");
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
