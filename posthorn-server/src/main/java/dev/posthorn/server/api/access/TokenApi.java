package dev.posthorn.server.api.access;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.Tokens;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonGenerator;

/** API keys: tokens for the operator's programs. */
public final class TokenApi {
  private static final String ALL = "/api/v1/management/authentication/{env_id}/api-token";
  private static final String ONE = ALL + "/{key_id}";

  private final ApiSupport api;
  private final TokenMaker tokens;

  public TokenApi(ApiSupport api) {
    this.api = api;
    this.tokens = new TokenMaker(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Authentication");
    return List.of(
        operations
            .get(ALL, "v1.management.authentication.list-api-tokens", "Lists the API keys.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_ApiTokenCensoredOut_")
            .to(ENVIRONMENT, this::list),
        operations
            .post(ALL, "v1.management.authentication.create-api-token", "Creates an API key.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("ApiTokenIn")
            .returns(200, "ApiTokenOut")
            .to(ENVIRONMENT, this::create),
        operations
            .get(
                ONE,
                "v1.management.authentication.get-api-token",
                "Returns an API key with its secret masked.")
            .returns(200, "ApiTokenCensoredOut")
            .to(ENVIRONMENT, call -> censored(row(call))),
        operations
            .put(ONE, "v1.management.authentication.update-api-token", "Renames an API key.")
            .accepts("ApiTokenUpdate")
            .returns(200, "ApiTokenCensoredOut")
            .to(ENVIRONMENT, this::rename),
        operations
            .patch(
                ONE,
                "v1.management.authentication.patch-api-token",
                "Updates some fields of an API key.")
            .accepts("ApiTokenPatch")
            .returns(200, "ApiTokenCensoredOut")
            .to(ENVIRONMENT, this::patch),
        operations
            .post(
                ONE + "/expire",
                "v1.management.authentication.expire-api-token",
                "Ends an API key, now or soon.")
            .mayTake("ApiTokenExpireIn")
            .returns(204, null)
            .to(ENVIRONMENT, this::expire),
        operations
            .post(
                "/api/v1/auth/app/{app_id}/create-message-token",
                "v1.authentication.create-message-token",
                "Creates an API key that can only send messages to one application.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("CreateTokenIn")
            .returns(200, "ApiTokenOut")
            .to(ENVIRONMENT, this::createForMessages));
  }

  private TokenAdmin tokens() {
    return api.engine().tokenAdmin();
  }

  private long now() {
    return api.engine().millis();
  }

  /** Returns the environment named in the path, which must be that of the token. */
  private long environment(Call call) {
    EnvironmentRow row = api.engine().environmentAdmin().environment(call.caller().environment());
    String name = call.path("env_id");
    if (row == null || !row.name().equals(name)) {
      throw ApiError.notFound("environment: unknown id " + Quoted.of(name));
    }
    return row.id();
  }

  private static boolean isKey(TokenRow row) {
    return row.kind() == TokenRow.Kind.API_KEY;
  }

  private TokenRow row(Call call) {
    long environment = environment(call);
    String name = call.path("key_id");
    OptionalLong id = api.parse(IdPrefix.TOKEN, name);
    TokenRow row = id.isPresent() ? tokens().token(id.getAsLong()) : null;
    if (row == null || row.environment() != environment || !isKey(row)) {
      throw ApiError.notFound("API key: unknown id " + Quoted.of(name));
    }
    return row;
  }

  private Answer list(Call call) {
    long environment = environment(call);
    Paging paging = Paging.of(call.query(), api, IdPrefix.TOKEN, false);
    PageRequest listing = paging.listing();
    List<TokenRow> rows =
        new ArrayList<>(
            tokens().tokensOf(environment, TokenRow.Kind.API_KEY).stream()
                .filter(row -> row.id() > listing.after() && row.id() < listing.before())
                .toList());
    if (listing.newestFirst()) {
      Collections.reverse(rows);
    }
    return paging.answer(
        rows.subList(0, Math.min(rows.size(), listing.limit())),
        TokenRow::id,
        id -> api.id(IdPrefix.TOKEN, id),
        this::writeCensored);
  }

  // ---- creation ------------------------------------------------------------------------------

  private Answer create(Call call) {
    long environment = environment(call);
    Fields fields = call.fields();
    String name = fields.text("name", TokenRules::nameProblem);
    return made(call, wanted(environment, 0, name, capabilities(fields), 0));
  }

  private Answer createForMessages(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.fields();
    String name = fields.text("name", TokenRules::nameProblem);
    Long seconds = fields.numberOrNull("expiry", TokenRules.KEY_SECONDS);
    return made(
        call,
        wanted(
            application.environment(),
            application.id(),
            name,
            EnumSet.of(Capability.CREATE_MESSAGES),
            seconds == null ? 0 : now() + seconds * 1_000));
  }

  private static TokenMaker.Wanted wanted(
      long environment, long application, String name, Set<Capability> may, long expires) {
    return new TokenMaker.Wanted(
        new TokenGrant(
            environment,
            application,
            TokenRow.Kind.API_KEY,
            TokenMaker.scopes(TokenRow.Kind.API_KEY, may, List.of()),
            expires),
        name,
        may);
  }

  private Answer made(Call call, TokenMaker.Wanted wanted) {
    return tokens.make(
        call,
        wanted,
        (token, row) ->
            Answer.json(
                200,
                json -> {
                  json.writeStartObject();
                  json.writeStringProperty("token", token);
                  write(json, row);
                  json.writeEndObject();
                }));
  }

  /** Reads the requested scopes; all by default. */
  private static Set<Capability> capabilities(Fields fields) {
    Set<Capability> all = EnumSet.allOf(Capability.class);
    Set<Capability> named = AuthApi.named(fields, "scopes", all);
    if (named != null && named.isEmpty()) {
      throw fields.invalid("scopes", "must not be empty; leave it out to allow everything");
    }
    return named == null ? all : named;
  }

  // ---- changes -------------------------------------------------------------------------------

  private Answer rename(Call call) {
    TokenRow row = row(call);
    String name = call.fields().text("name", TokenRules::nameProblem);
    return edited(row, before -> before.with(name, before.scopes()));
  }

  private Answer patch(Call call) {
    TokenRow row = row(call);
    Fields fields = call.fields();
    boolean hasName = fields.has("name");
    String name = fields.textOrNull("name", TokenRules.MAX_NAME);
    Optional<Set<Capability>> scopes =
        fields.has("scopes") ? Optional.of(capabilities(fields)) : Optional.empty();
    scopes.ifPresent(wanted -> TokenMaker.requireAll(call, wanted));
    if (scopes.isPresent() && row.application() != 0) {
      throw fields.invalid(
          "scopes", "cannot be changed: this key can only send messages to one application");
    }
    return edited(
        row,
        before ->
            before.with(
                hasName ? name == null ? "" : name : before.name(),
                scopes.map(TokenMaker::scopes).orElse(before.scopes())));
  }

  private Answer edited(TokenRow row, UnaryOperator<TokenRow> edit) {
    return censored(api.done(tokens().update(row.id(), edit)));
  }

  private Answer expire(Call call) {
    TokenRow row = row(call);
    Fields fields = call.optionalFields();
    fields.refuseNull("expiry");
    Long delay = fields.numberOrNull("expiry", TokenRules.DELAY_SECONDS);
    if (delay == null || delay == 0) {
      var unused = api.done(tokens().end(row.id()));
    } else {
      long at = now() + delay * 1_000;
      var unused = api.done(tokens().expire(row.id(), at));
    }
    return Answer.empty(204);
  }

  // ---- answers -------------------------------------------------------------------------------

  private Answer censored(TokenRow row) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          writeCensored(json, row);
          json.writeEndObject();
        });
  }

  private void writeCensored(JsonGenerator json, TokenRow row) {
    json.writeStringProperty("censoredToken", Tokens.API_KEY + "********" + row.hint());
    write(json, row);
  }

  private void write(JsonGenerator json, TokenRow row) {
    json.writeStringProperty("id", api.id(IdPrefix.TOKEN, row.id()));
    Json.text(
        json,
        "appId",
        row.application() == 0 ? null : api.id(IdPrefix.APPLICATION, row.application()));
    Json.text(json, "name", row.name().isEmpty() ? null : row.name());
    Json.time(json, "createdAt", row.created());
    Json.timeOrNull(json, "expiresAt", row.expires());
    Json.listOrNull(json, "scopes", row.scopes());
  }
}
