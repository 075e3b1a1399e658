package dev.posthorn.server;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.posthorn.server.endpointalert.SmtpServer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real SMTP server, without encryption, and the e-mails that it took. */
public final class Mailbox implements AutoCloseable {
  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  private final int port;

  /** Starts the server. */
  public Mailbox() {
    server.start();
    port = server.getSmtp().getPort();
  }

  /** An e-mail. */
  public record Mail(String to, String subject, String text, String id) {}

  /** Lets a user sign in. */
  public void setUser(String name, String password) {
    server.setUser(name, password);
  }

  /** Returns the server as a sender sees it. */
  public SmtpServer smtp(
      SmtpServer.Security security, @Nullable String user, @Nullable String password) {
    return new SmtpServer(security, "127.0.0.1", port, user, password);
  }

  /** Returns the e-mails to an address. */
  public List<Mail> to(String address) {
    return all().stream().filter(mail -> mail.to.equals(address)).toList();
  }

  /** Returns all e-mails. */
  public List<Mail> all() {
    return Arrays.stream(server.getReceivedMessages()).map(Mailbox::mail).toList();
  }

  private static Mail mail(MimeMessage mail) {
    try {
      return new Mail(
          mail.getAllRecipients()[0].toString(),
          mail.getSubject(),
          GreenMailUtil.getBody(mail),
          mail.getMessageID());
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
