package dev.posthorn.server.endpointalert;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A server that takes e-mails.
 *
 * @param security the encryption of its connections
 * @param host its name or address
 * @param port its port
 * @param user the user to sign in as, or null
 * @param password that user's password, or null
 */
public record SmtpServer(
    Security security, String host, int port, @Nullable String user, @Nullable String password) {
  private static final String RIGHT =
      "must be smtp://[USER:PASSWORD@]HOST[:PORT], with ?tls=none for a server without TLS, or"
          + " smtps://…";
  private static final String CONNECT_MILLIS = "10000";
  private static final String ANSWER_MILLIS = "20000";

  /** The encryption of connections. */
  public enum Security {
    /** TLS from the first byte. */
    TLS(465),
    /** TLS after STARTTLS, which the server must offer. */
    STARTTLS(587),
    /** No encryption. */
    NONE(25);

    private final int port;

    Security(int port) {
      this.port = port;
    }
  }

  /**
   * Returns the server of a URL.
   *
   * @throws IllegalArgumentException if the URL is invalid; the message does not contain it
   */
  public static SmtpServer of(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(RIGHT); // the cause would show the password
    }
    Security security = security(String.valueOf(uri.getScheme()), uri.getRawQuery());
    String path = uri.getRawPath();
    String[] user =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    boolean right =
        uri.getHost() != null
            && (path.isEmpty() || path.equals("/"))
            && uri.getRawFragment() == null
            && user.length != 1
            && uri.getPort() <= 65_535;
    if (!right) {
      throw new IllegalArgumentException(RIGHT);
    }
    if (user.length == 2 && security == Security.NONE) {
      throw new IllegalArgumentException(
          "has a password and tls=none: the password would be sent unencrypted; remove one of"
              + " them");
    }
    return new SmtpServer(
        security,
        uri.getHost(),
        uri.getPort() < 1 ? security.port : uri.getPort(),
        user.length == 2 ? decoded(user[0]) : null,
        user.length == 2 ? decoded(user[1]) : null);
  }

  private static Security security(String scheme, @Nullable String query) {
    if (scheme.equals("smtps") && query == null) {
      return Security.TLS;
    }
    if (scheme.equals("smtp") && query == null) {
      return Security.STARTTLS;
    }
    if (scheme.equals("smtp") && "tls=none".equals(query)) {
      return Security.NONE;
    }
    throw new IllegalArgumentException(RIGHT);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Returns the properties of a mail session. */
  Properties session(String sender) {
    Properties all = new Properties();
    all.setProperty("mail.transport.protocol", "smtp");
    all.setProperty("mail.from", sender);
    all.setProperty("mail.smtp.host", host);
    all.setProperty("mail.smtp.port", String.valueOf(port));
    all.setProperty("mail.smtp.auth", String.valueOf(user != null));
    all.setProperty("mail.smtp.connectiontimeout", CONNECT_MILLIS);
    all.setProperty("mail.smtp.timeout", ANSWER_MILLIS);
    all.setProperty("mail.smtp.writetimeout", ANSWER_MILLIS);
    all.setProperty("mail.smtp.ssl.enable", String.valueOf(security == Security.TLS));
    all.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    all.setProperty("mail.smtp.starttls.enable", String.valueOf(security == Security.STARTTLS));
    all.setProperty("mail.smtp.starttls.required", String.valueOf(security == Security.STARTTLS));
    return all;
  }

  @Override
  public String toString() {
    return "SmtpServer[host=" + host + ", port=" + port + "]"; // never the password
  }
}
