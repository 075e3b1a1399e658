package dev.posthorn.server.auth;

import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Caller;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The holder of a token.
 *
 * @param environment the environment of the token; 0 for the anonymous caller
 * @param application the only application that the token may access, or 0 for all of the
 *     environment
 * @param ticket the token
 */
public record Principal(long environment, long application, Ticket ticket) implements Caller {
  private static final Principal NOBODY = new Principal(0, 0, new Ticket(0, null, 0, Scopes.ALL));

  /**
   * A token.
   *
   * @param id the stored token, or 0 if it is a JWT
   * @param token the token as it was sent, to revoke it at logout; null for the anonymous caller
   * @param expires its expiry time in milliseconds, or 0 for none
   * @param scopes the scopes that it grants
   * @param person the name of the person who has signed in to the console, perhaps empty; null if
   *     the token is not such a session
   */
  public record Ticket(
      long id, @Nullable String token, long expires, Scopes scopes, @Nullable String person) {

    /** Creates a ticket that is not a session. */
    public Ticket(long id, @Nullable String token, long expires, Scopes scopes) {
      this(id, token, expires, scopes, null);
    }

    @Override
    public String toString() {
      return "Ticket[id=" + id + "]"; // never the token
    }
  }

  /** Returns the sender of a request; the anonymous caller for an operation that needs no token. */
  public static Principal of(Call call) {
    return call.caller() instanceof Principal known ? known : NOBODY;
  }

  /** Returns whether a person has signed in to the console. */
  public boolean isSession() {
    return ticket.person() != null;
  }

  /** Returns a person whom the program around an embedded console has signed in. */
  public static Principal guest(long environment, String person, Set<Capability> capabilities) {
    return new Principal(environment, 0, new Ticket(0, null, 0, Scopes.of(capabilities), person));
  }

  /** Returns whether the program around an embedded console has signed in this person. */
  public boolean isGuest() {
    return isSession() && ticket.id() == 0;
  }

  @Override
  public boolean may(Operation operation) {
    return ticket.scopes.allow(operation);
  }

  /**
   * Returns whether the token may see an event type: a token of the environment sees all; one of an
   * application sees those without feature flags and those that it has a flag for.
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
