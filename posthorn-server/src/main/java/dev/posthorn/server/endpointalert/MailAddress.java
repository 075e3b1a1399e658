package dev.posthorn.server.endpointalert;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/** Check of e-mail addresses. */
public final class MailAddress {
  private MailAddress() {}

  /**
   * Returns an address of one recipient, without a name: {@code ops@example.com}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static String checked(String text) {
    try {
      InternetAddress address = new InternetAddress(text, true);
      if (address.getAddress().equals(text) // no name
          && !address.isGroup()
          && text.indexOf('@') > 0
          && text.chars().noneMatch(Character::isISOControl)) {
        return text;
      }
    } catch (AddressException e) {
      // the message below says more
    }
    throw new IllegalArgumentException("\"" + text + "\" must be an address like ops@example.com");
  }
}
