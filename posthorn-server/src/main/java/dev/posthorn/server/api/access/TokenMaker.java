package dev.posthorn.server.api.access;

import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import dev.posthorn.server.auth.Tokens;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Creates tokens. No other class does, so no operation can grant more than the caller's token has.
 * A token is returned once and stored as a hash: a repeated request is answered with 409.
 */
final class TokenMaker {
  private final ApiSupport api;

  TokenMaker(ApiSupport api) {
    this.api = api;
  }

  /**
   * A requested token.
   *
   * @param grant the access that it grants
   * @param name its name for people
   * @param capabilities the capabilities among its scopes
   */
  record Wanted(TokenGrant grant, String name, Set<Capability> capabilities) {
    private TokenAdmin.NewToken hiding(String token) {
      return new TokenAdmin.NewToken(grant, name, Tokens.hash(token), Tokens.hint(token));
    }
  }

  /** Returns scopes in the form in which they are stored: none for an unrestricted API key. */
  static List<String> scopes(TokenRow.Kind kind, Set<Capability> capabilities, List<String> flags) {
    boolean everything =
        kind == TokenRow.Kind.API_KEY && capabilities.size() == Capability.values().length;
    return everything ? List.of() : Scopes.texts(capabilities, flags);
  }

  /** Returns the scopes of an API key in the form in which they are stored. */
  static List<String> scopes(Set<Capability> capabilities) {
    return scopes(TokenRow.Kind.API_KEY, capabilities, List.of());
  }

  /**
   * Creates a token.
   *
   * @param answer creates the answer from the token and its stored row
   * @throws ApiError 403 if the caller's token lacks some of the capabilities
   */
  Answer make(Call call, Wanted wanted, BiFunction<String, TokenRow, Answer> answer) {
    requireAll(call, wanted.capabilities());
    String token =
        Tokens.generate(
            wanted.grant().kind() == TokenRow.Kind.PORTAL ? Tokens.PORTAL : Tokens.API_KEY);
    return api.changeSecret(
        call,
        api.engine().tokenAdmin(),
        TokenAdmin::once,
        tokens -> tokens.add(wanted.hiding(token)),
        new ApiSupport.SecretAnswer<>(
            TokenRow.class,
            row -> answer.apply(token, row),
            row -> ByteBuffer.allocate(Long.BYTES).putLong(row.id()).array(),
            id -> {
              throw madeBefore(ByteBuffer.wrap(id).getLong(), wanted.grant().kind());
            }));
  }

  private ApiError madeBefore(long id, TokenRow.Kind kind) {
    String which =
        kind == TokenRow.Kind.API_KEY ? "the API key " + api.id(IdPrefix.TOKEN, id) : "a token";
    return ApiError.conflict(
        "idempotency-key: this request has already created "
            + which
            + ", and a token is shown only once; send a new idempotency key to create another one");
  }

  /** Throws 403 unless the caller's token has all of these capabilities. */
  static void requireAll(Call call, Collection<Capability> capabilities) {
    Set<Capability> lacking = EnumSet.noneOf(Capability.class);
    lacking.addAll(capabilities);
    lacking.removeIf(Principal.of(call).ticket().scopes()::has);
    if (!lacking.isEmpty()) {
      throw ApiError.forbidden(
          "this token cannot grant capabilities that it does not have itself: "
              + String.join(", ", Scopes.texts(lacking, List.of()))
              + "; request fewer");
    }
  }
}
