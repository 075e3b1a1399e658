package dev.posthorn.server.endpointalert;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/** Check of e-mail addresses. */
public final class MailAddress {
  private MailAddress() {}

  /**
   * Returns an address, without a name: {@code ops@example.com}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static String checked(String text) {
    try {
      if (new InternetAddress(text, true).getAddress().equals(text) && text.indexOf('@') > 0) {
        return text;
      }
    } catch (AddressException e) {
      // the message below says more
    }
    throw new IllegalArgumentException("\"" + text + "\" must be an address like ops@example.com");
  }
}
