package dev.posthorn.server.auth;

import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Caller;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.EventTypeRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The holder of a token.
 *
 * @param environment the environment it is for; 0 for nobody
 * @param application the only application it may see, or 0 for all of the environment
 * @param ticket the token itself
 */
public record Principal(long environment, long application, Ticket ticket) implements Caller {
  private static final Principal NOBODY = new Principal(0, 0, new Ticket(0, null, 0, Scopes.ALL));

  /**
   * A token.
   *
   * @param id the stored token, or 0 if it is a JWT
   * @param token the token as it was sent, to end it at logout; null for nobody
   * @param expires until when it counts, in milliseconds, or 0 for no end
   * @param scopes what it allows
   */
  public record Ticket(long id, @Nullable String token, long expires, Scopes scopes) {
    @Override
    public String toString() {
      return "Ticket[id=" + id + "]"; // never the token
    }
  }

  /** Returns the sender of a request; nobody for an operation that needs no token. */
  public static Principal of(Call call) {
    return call.caller() instanceof Principal known ? known : NOBODY;
  }

  @Override
  public boolean may(Operation operation) {
    return ticket.scopes.allow(operation);
  }

  /**
   * Returns whether an event type is offered to it: a token of the environment sees all, one of an
   * application those that everybody has or that it has a flag for.
   */
  public boolean sees(EventTypeRow type) {
    List<String> flags = type.featureFlags();
    return !isApplication() || flags.isEmpty() || flags.stream().anyMatch(ticket.scopes::hasFlag);
  }

  @Override
  public String toString() {
    return "Principal[environment=" + environment + ", application=" + application + "]";
  }
}
