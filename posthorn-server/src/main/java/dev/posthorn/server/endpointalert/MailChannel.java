package dev.posthorn.server.endpointalert;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends alerts as e-mails in plain text. Each recipient gets an e-mail of their own. */
final class MailChannel implements AlertChannel {
  private static final Logger LOG = LoggerFactory.getLogger(MailChannel.class);

  private final SmtpServer server;
  private final Session session;
  private final String sender;

  MailChannel(SmtpServer server, String sender) {
    this.server = server;
    this.sender = sender;
    this.session = Session.getInstance(server.session(sender));
  }

  @Override
  public String name() {
    return "email";
  }

  @Override
  @SuppressWarnings("JavaUtilDate") // Jakarta Mail has no other
  public void send(String to, EndpointAlert alert) throws AlertException {
    try {
      Mail mail = new Mail(session, alert.id() + "@" + sender.substring(sender.indexOf('@') + 1));
      mail.setFrom(new InternetAddress(sender, true));
      mail.setRecipient(MimeMessage.RecipientType.TO, address(to));
      mail.setSubject(AlertText.subject(alert), StandardCharsets.UTF_8.name());
      mail.setText(AlertText.body(alert), StandardCharsets.UTF_8.name());
      mail.setSentDate(new Date(alert.at()));
      mail.setHeader("Auto-Submitted", "auto-generated");
      mail.saveChanges();
      submit(mail);
    } catch (AddressException e) {
      throw new AlertException("an address is invalid", true);
    } catch (SendFailedException e) {
      throw new AlertException("the server refused the recipient or the e-mail", false);
    } catch (MessagingException e) {
      throw new AlertException(
          "the server refused the e-mail, or cannot be reached: " + why(e), false);
    }
  }

  /** Returns an address that names nobody else, and no group: whoever keeps data may write it. */
  private static InternetAddress address(String to) throws AddressException {
    try {
      return new InternetAddress(MailAddress.checked(to), true);
    } catch (IllegalArgumentException e) {
      throw new AddressException(); // its message would show the address
    }
  }

  private void submit(Mail mail) throws MessagingException {
    Transport transport = session.getTransport();
    try {
      transport.connect(server.user(), server.password());
      transport.sendMessage(mail, mail.getAllRecipients());
    } finally {
      close(transport);
    }
  }

  private static void close(Transport transport) {
    try {
      transport.close();
    } catch (MessagingException e) { // the server has taken the e-mail, or the failure is known
      LOG.debug("Connection to the mail server not closed", e);
    }
  }

  private static String why(MessagingException e) {
    Throwable cause = e.getCause();
    return (cause == null ? e : cause).getClass().getSimpleName();
  }

  /** An e-mail whose id is the same each time it is tried, so recipients can tell repeats. */
  private static final class Mail extends MimeMessage {
    private final String id;

    Mail(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + id + ">");
    }
  }
}
