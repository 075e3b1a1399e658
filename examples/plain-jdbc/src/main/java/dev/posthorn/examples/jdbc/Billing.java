package dev.posthorn.examples.jdbc;

import dev.posthorn.Posthorn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** Invoices in a database; customers are told once they are paid. */
public final class Billing {
  private final DataSource database;
  private final Posthorn posthorn;

  /** Creates the billing of a database; the Posthorn has its inbox there. */
  public Billing(DataSource database, Posthorn posthorn) {
    this.database = database;
    this.posthorn = posthorn;
  }

  /**
   * Marks an invoice as paid and tells the customer: both, or nothing.
   *
   * @return the message's id
   * @throws IllegalArgumentException if the invoice is unknown, or paid already
   */
  public String pay(String customer, String invoice) throws SQLException {
    String message;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        message =
            posthorn
                .application(customer)
                .send(connection, "invoice.paid", Map.of("invoice", invoice));
        markPaid(connection, invoice);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback(); // the message is gone, too
        throw e;
      }
    }
    posthorn.inbox().nudge();
    return message;
  }

  private static void markPaid(Connection connection, String invoice) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE invoice SET paid = TRUE WHERE id = ? AND NOT paid")) {
      update.setString(1, invoice);
      if (update.executeUpdate() == 0) {
        throw new IllegalArgumentException("invoice " + invoice + " is unknown or paid already");
      }
    }
  }
}
