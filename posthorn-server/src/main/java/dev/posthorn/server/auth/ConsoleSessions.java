package dev.posthorn.server.auth;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of people who have signed in to the console, and the links with which they may do so
 * once. Both are stored as hashes, like other tokens, so they are valid on every server of the same
 * store, and can be ended.
 *
 * <p>A session is the value of a cookie that scripts cannot read. It is accepted only from the
 * console's own pages: they send a header that no page of another origin can add to a request.
 * Thread-safe.
 */
public final class ConsoleSessions {
  /** The header that the console's pages send with each request. */
  public static final String HEADER = "X-Posthorn-Console";

  /** The time after which a session ends. */
  public static final Duration LIFETIME = Duration.ofHours(12);

  /** The time after which a link can no longer be used. */
  public static final Duration LINK_LIFETIME = Duration.ofMinutes(10);

  private static final String COOKIE = "posthorn-console-";
  private static final int COOKIE_MARK = 6;
  private static final String USED = "used";
  private static final String KEY = "key:";
  private static final String JWT = "jwt:";

  private final Engine engine;
  private final String cookie;

  ConsoleSessions(Engine engine) {
    this.engine = engine;
    // A cookie belongs to a host, whatever the port: two servers on one machine need two names.
    String mark = engine.publicIds().format(IdPrefix.TOKEN, 0);
    this.cookie = COOKIE + mark.substring(mark.length() - COOKIE_MARK);
  }

  /**
   * A session to start, or a link to one.
   *
   * @param environment the environment
   * @param person the name of the person, perhaps empty
   * @param capabilities the permissions
   */
  public record Wanted(long environment, String person, Collection<Capability> capabilities) {}

  /**
   * Something that was made.
   *
   * @param text the value of the cookie, or the code of the link
   * @param row the row that is stored for it
   */
  public record Made(String text, TokenRow row) {}

  // ---- requests ------------------------------------------------------------------------------

  /** Returns the name of the cookie. */
  public String cookieName() {
    return cookie;
  }

  /** Returns the value of the console's cookie, or null if the request has none. */
  @Nullable String cookie(Call.Head head) {
    String cookies = head.header("Cookie");
    if (cookies == null) {
      return null;
    }
    for (String one : cookies.split(";", -1)) {
      String text = one.strip();
      if (text.startsWith(cookie + "=")) {
        return text.substring(cookie.length() + 1);
      }
    }
    return null;
  }

  /**
   * Throws 403 unless the request comes from a page of the console itself. Browsers add a header of
   * this name to requests of another origin's page only if the server allows it, which it never
   * does for requests with cookies, and they say where a request comes from.
   */
  public static void requireOwnPage(Call.Head head) {
    String site = head.header("Sec-Fetch-Site");
    if (head.header(HEADER) == null || (site != null && !site.equals("same-origin"))) {
      throw ApiError.forbidden(
          "a session is accepted only from pages of the console; programs send the header"
              + " Authorization: Bearer TOKEN");
    }
  }

  /** Returns the person with a session, or null if there is none or it has ended. */
  @Nullable Principal find(String text) {
    TokenRow row = engine.tokenAdmin().token(Tokens.hash(text));
    if (row == null
        || row.kind() != TokenRow.Kind.CONSOLE_SESSION
        || isOver(row)
        || !isSourceValid(row)) {
      return null;
    }
    return new Principal(
        row.environment(),
        0,
        new Principal.Ticket(row.id(), text, row.expires(), Scopes.of(row), row.name()));
  }

  private boolean isOver(TokenRow row) {
    return row.expires() != 0 && row.expires() <= engine.millis();
  }

  /** Returns whether the token that a session was started with is still valid. */
  private boolean isSourceValid(TokenRow row) {
    String source = source(row);
    if (source.startsWith(KEY)) {
      TokenRow key = engine.tokenAdmin().token(Long.parseLong(source.substring(KEY.length())));
      return key != null && !isOver(key);
    }
    return !source.startsWith(JWT)
        || engine.tokenAdmin().token(Base64.getUrlDecoder().decode(source.substring(JWT.length())))
            == null;
  }

  private static String source(TokenRow row) {
    for (String scope : row.scopes()) {
      if (scope.startsWith(KEY) || scope.startsWith(JWT)) {
        return scope;
      }
    }
    return "";
  }

  /** Returns the public id of the API key that a session was started with, or null. */
  public @Nullable String keyOf(TokenRow session) {
    String source = source(session);
    return source.startsWith(KEY)
        ? engine.publicIds().format(IdPrefix.TOKEN, Long.parseLong(source.substring(KEY.length())))
        : null;
  }

  // ---- signing in ----------------------------------------------------------------------------

  /** Starts a session with another token, which it does not outlive. */
  public CompletableFuture<Made> start(Wanted wanted, Principal.Ticket source) {
    String by =
        source.id() != 0
            ? KEY + source.id()
            : JWT
                + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(TokenAuthenticator.signedHash(String.valueOf(source.token())));
    return start(wanted, List.of(by), source.expires());
  }

  private CompletableFuture<Made> start(Wanted wanted, List<String> source, long latest) {
    long end = engine.millis() + LIFETIME.toMillis();
    return make(
        wanted,
        new Form(TokenRow.Kind.CONSOLE_SESSION, Tokens.SESSION, source),
        latest == 0 ? end : Math.min(end, latest));
  }

  /** Makes a link that starts a session once. */
  public CompletableFuture<Made> link(Wanted wanted) {
    return make(
        wanted,
        new Form(TokenRow.Kind.CONSOLE_LINK, Tokens.LINK, List.of()),
        engine.millis() + LINK_LIFETIME.toMillis());
  }

  /** Returns the stored row of a link's code, or null if it is unknown or too old. */
  public @Nullable TokenRow findLink(String code) {
    TokenRow row = engine.tokenAdmin().token(Tokens.hash(code));
    return row == null || row.kind() != TokenRow.Kind.CONSOLE_LINK || isOver(row) ? null : row;
  }

  /**
   * Starts the session of a link, which cannot be used again.
   *
   * @param limit the permissions that the session may have
   */
  public CompletableFuture<Made> redeem(TokenRow link, Collection<Capability> limit) {
    TokenAdmin tokens = engine.tokenAdmin();
    List<Capability> capabilities =
        Scopes.of(link).capabilities().stream().filter(limit::contains).toList();
    return tokens
        .update(link.id(), ConsoleSessions::used)
        .thenCompose(
            used -> start(new Wanted(link.environment(), link.name(), capabilities), List.of(), 0))
        .thenCompose(made -> tokens.end(link.id()).thenApply(ended -> made));
  }

  /** Marks a link as used. Runs on the writer, so of two people who follow it one is refused. */
  private static TokenRow used(TokenRow link) {
    if (link.scopes().contains(USED)) {
      throw ApiError.unauthorized("this link was used before; request another one");
    }
    List<String> scopes = new ArrayList<>(link.scopes());
    scopes.add(USED);
    return link.with(link.name(), scopes);
  }

  /** The kind of a token, the prefix of its text, and scopes besides capabilities. */
  private record Form(TokenRow.Kind kind, String prefix, List<String> more) {}

  private CompletableFuture<Made> make(Wanted wanted, Form form, long expires) {
    String text = Tokens.generate(form.prefix);
    List<String> scopes = new ArrayList<>(Scopes.texts(wanted.capabilities(), List.of()));
    scopes.addAll(form.more);
    return engine
        .tokenAdmin()
        .add(
            new TokenAdmin.NewToken(
                new TokenGrant(wanted.environment(), 0, form.kind, scopes, expires),
                wanted.person(),
                Tokens.hash(text),
                Tokens.hint(text)))
        .thenApply(row -> new Made(text, row));
  }
}
