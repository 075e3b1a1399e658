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

/** Sends alerts as e-mails in plain text. Each recipient gets an e-mail of their own. */
final class MailChannel implements AlertChannel {
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
      mail.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(to, true));
      mail.setSubject(AlertText.subject(alert), StandardCharsets.UTF_8.name());
      mail.setText(AlertText.body(alert), StandardCharsets.UTF_8.name());
      mail.setSentDate(new Date(alert.at()));
      mail.setHeader("Auto-Submitted", "auto-generated");
      mail.saveChanges();
      try (Transport transport = session.getTransport()) {
        transport.connect(server.user(), server.password());
        transport.sendMessage(mail, mail.getAllRecipients());
      }
    } catch (AddressException e) {
      throw new AlertException("an address is invalid", true);
    } catch (SendFailedException e) {
      throw new AlertException("the server refused the recipient or the e-mail", false);
    } catch (MessagingException e) {
      throw new AlertException(
          "the server refused the e-mail, or cannot be reached: " + why(e), false);
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
