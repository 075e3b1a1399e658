package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;
import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.ConsoleSessions;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signing in to the console, and out of it. */
public final class SessionApi {
  private static final String PATH = "/api/v1/console/session";
  private static final String COOKIE_PATH = "/api/v1";

  private final ApiSupport api;
  private final TokenAuthenticator authenticator;
  private final ConsoleSessions sessions;
  private final AuditLog log;
  private final boolean secure;

  /**
   * Creates the operations.
   *
   * @param secure whether browsers reach the server by HTTPS alone, so that they must send the
   *     cookie by nothing else
   */
  public SessionApi(ApiSupport api, TokenAuthenticator authenticator, boolean secure) {
    this.api = api;
    this.authenticator = authenticator;
    this.sessions = authenticator.sessions();
    this.log = new AuditLog(api.engine());
    this.secure = secure;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Console");
    return List.of(
        operations
            .post(
                PATH,
                "v1.console.session.create",
                "Signs a person in with a token or the code of a link; sets a cookie.")
            .accepts("ConsoleSessionIn")
            .returns(201, "ConsoleSessionOut")
            .to(PUBLIC, this::signIn),
        operations
            .get(
                PATH,
                "v1.console.session.get",
                "Describes the session of this request, or its token.")
            .returns(200, "ConsoleSessionOut")
            .to(ENVIRONMENT, call -> Answer.jsonBytes(200, describe(Principal.of(call)))),
        operations
            .delete(PATH, "v1.console.session.delete", "Signs out: ends the session.")
            .returns(204, null)
            .to(ENVIRONMENT, this::signOut));
  }

  // ---- signing in ----------------------------------------------------------------------------

  private Answer signIn(Call call) {
    ConsoleSessions.requireOwnPage(call.head());
    Fields fields = call.fields();
    String person = fields.textOrNull("name", NameRules.MAX_LENGTH);
    Set<Capability> limit =
        fields.flag("readOnly", false)
            ? EnumSet.of(Capability.VIEW_BASE)
            : EnumSet.allOf(Capability.class);
    String code = fields.textOrNull("code");
    ConsoleSessions.Made made =
        code == null
            ? withToken(call, fields.text("token"), limit, person == null ? "" : person)
            : withCode(call, code, limit);
    TokenRow row = made.row();
    Principal signedIn =
        new Principal(
            row.environment(),
            0,
            new Principal.Ticket(row.id(), null, row.expires(), Scopes.of(row), row.name()));
    var unused =
        api.done(log.add(signedIn, new AuditLog.Deed(call.operation().id(), PATH, List.of(), 0)));
    return Answer.jsonBytes(201, describe(signedIn))
        .with("Set-Cookie", cookie(made.text(), ConsoleSessions.LIFETIME.toSeconds()))
        .with("Cache-Control", "no-store");
  }

  private ConsoleSessions.Made withToken(
      Call call, String token, Set<Capability> limit, String person) {
    Principal holder = api.done(authenticator.admit("Bearer " + token, call.peer()));
    if (holder.isApplication()) {
      throw ApiError.forbidden(
          "this token is limited to one application; sign in with an API key of the environment");
    }
    Set<Capability> may = EnumSet.noneOf(Capability.class);
    may.addAll(holder.ticket().scopes().capabilities());
    may.retainAll(limit);
    if (!may.contains(Capability.VIEW_BASE)) {
      throw ApiError.forbidden(
          "this API key may not read anything; sign in with one that has the scope ViewBase");
    }
    return api.done(
        sessions.start(
            new ConsoleSessions.Wanted(holder.environment(), person, may), holder.ticket()));
  }

  private ConsoleSessions.Made withCode(Call call, String code, Set<Capability> limit) {
    TokenRow link = sessions.findLink(code);
    if (link == null && api.done(authenticator.refresh())) {
      link = sessions.findLink(code); // another node has just made it
    }
    if (link == null) {
      throw authenticator.failed(
          call.peer(), "this link is unknown, too old or was used before; request another one");
    }
    return api.done(sessions.redeem(link, limit));
  }

  private String cookie(String value, long seconds) {
    return sessions.cookieName()
        + "="
        + value
        + "; Path="
        + COOKIE_PATH
        + "; Max-Age="
        + seconds
        + "; HttpOnly; SameSite=Strict"
        + (secure ? "; Secure" : "");
  }

  // ---- the session ---------------------------------------------------------------------------

  private Answer signOut(Call call) {
    Principal who = Principal.of(call);
    if (!who.isSession()) {
      throw ApiError.conflict(
          "this request has no session; POST /api/v1/auth/logout revokes a token");
    }
    var unused = api.done(api.engine().tokenAdmin().end(who.ticket().id()));
    return Answer.empty(204).with("Set-Cookie", cookie("", 0));
  }

  private byte[] describe(Principal who) {
    EnvironmentRow environment = api.engine().environmentAdmin().environment(who.environment());
    TokenRow stored = api.engine().tokenAdmin().token(who.ticket().id());
    return Answer.object(
        json -> {
          Json.text(json, "environment", environment == null ? null : environment.name());
          Json.text(json, "name", who.ticket().person());
          json.writeStringProperty("role", Role.of(who.ticket().scopes()).text());
          Json.list(json, "capabilities", who.ticket().scopes().names());
          Json.text(json, "keyId", keyId(who, stored));
          Json.timeOrNull(json, "expiresAt", who.ticket().expires());
        });
  }

  /** Returns the public id of the API key of a session or a token, or null if there is none. */
  private @Nullable String keyId(Principal who, @Nullable TokenRow stored) {
    if (stored == null) {
      return null;
    }
    return who.isSession() ? sessions.keyOf(stored) : api.id(IdPrefix.TOKEN, stored.id());
  }
}
