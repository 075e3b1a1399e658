package dev.posthorn.server.api.access;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.api.application.ApplicationApi;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tokens for customers, which give access to one application in the portal. */
public final class AuthApi {
  private static final Pattern SVIX_ID = Pattern.compile("org_[A-Za-z0-9]{27}");

  private final ApiSupport api;
  private final ApplicationApi applications;
  private final TokenMaker tokens;
  private final Supplier<String> publicUrl;

  public AuthApi(ApiSupport api, Supplier<String> publicUrl) {
    this.publicUrl = publicUrl;
    this.api = api;
    this.applications = new ApplicationApi(api);
    this.tokens = new TokenMaker(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Authentication");
    return List.of(
        operations
            .post(
                "/api/v1/auth/app-portal-access/{app_id}",
                "v1.authentication.app-portal-access",
                "Creates a portal token, and a link, for one application.")
            .query(OperationBuilder.IDEMPOTENCY)
            .mayTake("AppPortalAccessIn")
            .returns(200, "AppPortalAccessOut")
            .to(ENVIRONMENT, this::portalAccess),
        operations
            .post(
                "/api/v1/auth/dashboard-access/{app_id}",
                "v1.authentication.dashboard-access",
                "The same, as older clients ask for it.")
            .query(OperationBuilder.IDEMPOTENCY)
            .mayTake("AppPortalAccessIn")
            .returns(200, "AppPortalAccessOut")
            .to(ENVIRONMENT, this::portalAccess),
        operations
            .post(
                "/api/v1/auth/logout",
                "v1.authentication.logout",
                "Revokes the token of this request.")
            .returns(204, null)
            .to(APPLICATION, this::logout),
        operations
            .get(
                "/api/v1/auth/whoami",
                "v1.authentication.whoami",
                "Describes the token of this request.")
            .returns(200, "WhoamiOut")
            .to(APPLICATION, this::whoami),
        operations
            .post(
                "/api/v1/auth/app/{app_id}/expire-all",
                "v1.authentication.expire-all",
                "Revokes all portal tokens of an application.")
            .mayTake("ApplicationTokenExpireIn")
            .returns(204, null)
            .to(ENVIRONMENT, this::expireAll));
  }

  private TokenAdmin tokens() {
    return api.engine().tokenAdmin();
  }

  // ---- tokens for the portal -----------------------------------------------------------------

  private Answer portalAccess(Call call) {
    Fields fields = call.optionalFields();
    fields.refuseNull("featureFlags");
    Set<Capability> capabilities = capabilities(fields);
    List<String> flags = fields.listOrNull("featureFlags", EventTypeRules::flagsProblem);
    Long seconds = fields.numberOrNull("expiry", TokenRules.PORTAL_SECONDS);
    String session = session(fields);
    TokenMaker.requireAll(call, capabilities); // before creating the application
    ApplicationRow application = application(call, fields.fieldsOrNull("application"));
    TokenMaker.Wanted wanted =
        new TokenMaker.Wanted(
            new TokenGrant(
                application.environment(),
                application.id(),
                TokenRow.Kind.PORTAL,
                TokenMaker.scopes(
                    TokenRow.Kind.PORTAL, capabilities, flags == null ? List.of() : flags),
                now() + (seconds == null ? TokenRules.PORTAL_SECONDS.max() : seconds) * 1_000),
            session,
            capabilities);
    return tokens.make(
        call,
        wanted,
        (token, row) -> {
          String url = url(application, token);
          return Answer.json(
              200,
              json -> {
                json.writeStartObject();
                json.writeStringProperty("url", url);
                json.writeStringProperty("token", token);
                json.writeEndObject();
              });
        });
  }

  private ApplicationRow application(Call call, @Nullable Fields described) {
    String name = call.path("app_id");
    ApplicationRow present = api.applicationOrNull(call, name);
    return present != null ? present : api.done(applications.create(call, name, described));
  }

  private static Set<Capability> capabilities(Fields fields) {
    Set<Capability> named = named(fields, "capabilities", Scopes.PORTAL);
    if (named != null && !named.contains(Capability.VIEW_BASE)) {
      throw fields.invalid("capabilities", "must include ViewBase");
    }
    if (fields.flag("readOnly", false)) {
      return EnumSet.of(Capability.VIEW_BASE);
    }
    return named == null ? Scopes.PORTAL : named;
  }

  /** Reads a list of capabilities out of the given ones, or null. */
  static @Nullable Set<Capability> named(Fields fields, String field, Set<Capability> some) {
    String each = "must be a list of strings, each one of ";
    List<String> texts =
        fields.listOrNull(
            field,
            list ->
                list.stream()
                        .allMatch(text -> Capability.of(text).filter(some::contains).isPresent())
                    ? null
                    : each + String.join(", ", Scopes.texts(some, List.of())));
    if (texts == null) {
      return null;
    }
    Set<Capability> named = EnumSet.noneOf(Capability.class);
    texts.forEach(text -> Capability.of(text).ifPresent(named::add));
    return named;
  }

  private static String session(Fields fields) {
    String session = fields.textOrNull("sessionId", TokenRules.SESSION::problem);
    return session == null ? "" : session;
  }

  /**
   * Returns a link to the portal. Ignores the request's Host header: a link to another host would
   * leak the token. The token is in the fragment, which browsers do not send.
   */
  private String url(ApplicationRow application, String token) {
    byte[] key =
        Answer.json(
                200,
                json -> {
                  json.writeStartObject();
                  json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, application.id()));
                  json.writeStringProperty("token", token);
                  json.writeEndObject();
                })
            .body();
    return publicUrl.get()
        + "/portal#key="
        + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }

  private Answer expireAll(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.optionalFields();
    fields.refuseNull("sessionIds");
    Long delay = fields.numberOrNull("expiry", TokenRules.DELAY_SECONDS);
    List<String> sessions = fields.listOrNull("sessionIds", TokenRules::sessionsProblem);
    Set<String> only = sessions == null ? Set.of() : Set.copyOf(sessions);
    Predicate<TokenRow> which = row -> only.isEmpty() || only.contains(row.name());
    long environment = application.environment();
    var unused =
        api.done(
            delay == null || delay == 0
                ? tokens().endPortals(environment, application.id(), which)
                : tokens()
                    .expirePortals(environment, application.id(), which, now() + delay * 1_000));
    return Answer.empty(204);
  }

  private long now() {
    return api.engine().millis();
  }

  // ---- the current token ---------------------------------------------------------------------

  private Answer logout(Call call) {
    var unused = api.done(TokenAuthenticator.end(tokens(), Principal.of(call)));
    return Answer.empty(204);
  }

  private Answer whoami(Call call) {
    Principal principal = Principal.of(call);
    EnvironmentRow environment =
        api.engine().environmentAdmin().environment(principal.environment());
    TokenRow token = tokens().token(principal.ticket().id());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          String name = environment == null ? null : environment.name();
          // Clients may check the form of known ids, but an environment's name can be anything.
          Json.text(json, "envId", name != null && SVIX_ID.matcher(name).matches() ? name : null);
          Json.text(json, "environment", name);
          Json.text(
              json,
              "appId",
              principal.isApplication()
                  ? api.id(IdPrefix.APPLICATION, principal.application())
                  : null);
          json.writeNullProperty("streamAppId");
          json.writeStringProperty(
              "permissionSource", token == null ? "SvixJwt" : "RegionalAuthToken");
          Json.text(json, "sessionId", session(token));
          json.writeArrayPropertyStart("capabilities");
          principal.ticket().scopes().names().forEach(json::writeString);
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static @Nullable String session(@Nullable TokenRow token) {
    return token == null || token.kind() != TokenRow.Kind.PORTAL || token.name().isEmpty()
        ? null
        : token.name();
  }
}
