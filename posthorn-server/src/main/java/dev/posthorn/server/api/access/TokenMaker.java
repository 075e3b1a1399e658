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
import dev.posthorn.spi.store.TokenGrant;
import dev.posthorn.spi.store.TokenRow;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Makes tokens. This is the only place that does, so no operation can give what the token that asks
 * for it does not have. A token is told once, and kept as a hash: a repeated request is answered
 * with 409.
 */
final class TokenMaker {
  private final ApiSupport desk;

  TokenMaker(ApiSupport desk) {
    this.desk = desk;
  }

  /**
   * A token that is asked for.
   *
   * @param grant the access that it gives
   * @param name its name for people
   * @param capabilities the capabilities among its scopes
   */
  record Wanted(TokenGrant grant, String name, Set<Capability> capabilities) {
    private TokenAdmin.NewToken hiding(String token) {
      return new TokenAdmin.NewToken(grant, name, Tokens.hash(token), Tokens.hint(token));
    }
  }

  /** Returns how scopes are stored: an API key that may do everything has none. */
  static List<String> scopes(TokenRow.Kind kind, Set<Capability> capabilities, List<String> flags) {
    boolean everything =
        kind == TokenRow.Kind.API_KEY && capabilities.size() == Capability.values().length;
    return everything ? List.of() : Scopes.texts(capabilities, flags);
  }

  /** Returns how the scopes of an API key are stored. */
  static List<String> scopes(Set<Capability> capabilities) {
    return scopes(TokenRow.Kind.API_KEY, capabilities, List.of());
  }

  /**
   * Makes a token.
   *
   * @param answer makes what is answered of the token and what is kept of it
   * @throws ApiError 403 if the token that asks lacks some of it
   */
  Answer make(Call call, Wanted wanted, BiFunction<String, TokenRow, Answer> answer) {
    requireAll(call, wanted.capabilities());
    String token =
        Tokens.generate(
            wanted.grant().kind() == TokenRow.Kind.PORTAL ? Tokens.PORTAL : Tokens.API_KEY);
    return desk.changeSecret(
        call,
        desk.engine().tokenAdmin(),
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
        kind == TokenRow.Kind.API_KEY ? "the API key " + desk.id(IdPrefix.TOKEN, id) : "a token";
    return ApiError.conflict(
        "idempotency-key: this request has made "
            + which
            + " already, and a token is shown once; make another one with a new idempotency key");
  }

  /** Throws 403 unless the token that asks has all of these capabilities: nobody gives more. */
  static void requireAll(Call call, Collection<Capability> capabilities) {
    Set<Capability> lacking = EnumSet.noneOf(Capability.class);
    lacking.addAll(capabilities);
    lacking.removeIf(Principal.of(call).ticket().scopes()::has);
    if (!lacking.isEmpty()) {
      throw ApiError.forbidden(
          "this token cannot give what it does not have itself: "
              + String.join(", ", Scopes.texts(lacking, List.of()))
              + "; ask for less");
    }
  }
}
