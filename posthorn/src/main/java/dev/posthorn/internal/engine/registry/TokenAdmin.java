package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads, adds, changes and ends the tokens of environments. Reads come from memory; each change is
 * on disk, and counts, when its future completes.
 */
public final class TokenAdmin {
  /** The most signed tokens of one subject that have ended and not expired. */
  public static final int MOST_REVOKED = 1_000;

  /** The most valid tokens of one kind of one application, or of an environment itself. */
  public static final int MOST_TOKENS = 10_000;

  private static final int MOST_FORGOTTEN = 10;

  private final SettingsWriter writer;
  private final EnvironmentRegistry environments;

  public TokenAdmin(SettingsWriter writer, EnvironmentRegistry environments) {
    this.writer = writer;
    this.environments = environments;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public TokenAdmin once(IdempotencyKey idempotencyKey) {
    return new TokenAdmin(writer.once(idempotencyKey), environments);
  }

  /** Returns the token with a hash, be it expired or revoked, or null. */
  public @Nullable TokenRow token(byte[] hash) {
    return environments.token(hash);
  }

  /** Returns a token, or null. */
  public @Nullable TokenRow token(long id) {
    return environments.token(id);
  }

  /** Returns the tokens of an environment of one kind, by id. */
  public List<TokenRow> tokensOf(long environment, TokenRow.Kind kind) {
    return environments.tokensOf(environment, kind);
  }

  /**
   * A token to be kept.
   *
   * @param grant the access that it gives
   * @param name its name for people
   * @param hash the SHA-256 of the token
   * @param hint its last characters
   */
  public record NewToken(TokenGrant grant, String name, byte[] hash, String hint) {}

  /**
   * Keeps a token's hash: the token counts from then on. Some that have expired are forgotten at
   * the same time, so that there are never many more than count. Fails with CONFLICT if {@value
   * #MOST_TOKENS} of its kind count for its application, or for the environment itself.
   */
  public CompletableFuture<TokenRow> add(NewToken token) {
    return writer.change(
        batch -> {
          if (isFull(token.grant(), MOST_TOKENS, batch)) {
            throw new PosthornException(
                Reason.CONFLICT,
                "token: "
                    + MOST_TOKENS
                    + " of the same kind have neither expired nor been ended; end some, or make"
                    + " tokens that expire sooner");
          }
          return add(token, batch);
        });
  }

  /** Returns whether so many tokens of the same kind, for the same, have not expired. */
  private boolean isFull(TokenGrant like, int most, JournalBatch batch) {
    return environments.tokens(like.environment(), like.kind(), like.application()) >= most
        && environments.tokensOf(like.environment(), like.kind(), like.application()).stream()
                .filter(row -> row.expires() == 0 || row.expires() > batch.now)
                .count()
            >= most;
  }

  private TokenRow add(NewToken token, JournalBatch batch) {
    environments.expired(batch.now, MOST_FORGOTTEN).forEach(row -> remove(row, batch));
    TokenRow row =
        new TokenRow(
            batch.nextId(0), token.grant(), token.name(), token.hash(), token.hint(), batch.now);
    batch.change(new SettingChange.PutToken(row));
    return row;
  }

  private static void remove(TokenRow row, JournalBatch batch) {
    batch.change(new SettingChange.RemoveToken(row.id()));
  }

  private static StagedEnvironments staged(JournalBatch batch) {
    return StagedSettings.of(batch).environments();
  }

  /**
   * Keeps that a token which is not stored here has ended, until it expires; does nothing if that
   * is kept already. Fails with CONFLICT if {@value #MOST_REVOKED} of its application, or of the
   * environment itself, are kept: to forget one would bring it back.
   */
  public CompletableFuture<Void> revoke(NewToken token) {
    return writer
        .change(
            batch -> {
              if (staged(batch).token(token.hash()) == null) {
                requireRoom(token, batch);
                var unused = add(token, batch);
              }
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  private void requireRoom(NewToken token, JournalBatch batch) {
    if (isFull(token.grant(), MOST_REVOKED, batch)) {
      throw new PosthornException(
          Reason.CONFLICT,
          "token: "
              + MOST_REVOKED
              + " signed tokens of the same subject have been ended and not expired; sign tokens"
              + " that expire soon, or replace the secret that they are signed with");
    }
  }

  /** Changes a token. */
  public CompletableFuture<TokenRow> update(long id, UnaryOperator<TokenRow> edit) {
    return writer.change(
        batch -> {
          TokenRow present = staged(batch).token(id);
          if (present == null) {
            throw new PosthornException(Reason.NOT_FOUND, "token: unknown id; list the tokens");
          }
          TokenRow row = edit.apply(present);
          batch.change(new SettingChange.PutToken(row));
          return row;
        });
  }

  /** Ends a token: it is forgotten. */
  public CompletableFuture<Void> end(long id) {
    return change(() -> find(id), TokenAdmin::remove);
  }

  /** Makes a token expire at a time, unless it expires earlier. */
  public CompletableFuture<Void> expire(long id, long at) {
    return change(() -> find(id), (row, batch) -> expire(row, at, batch));
  }

  /** Ends the portal tokens of an application that fit. */
  public CompletableFuture<Void> endPortals(
      long environment, long application, Predicate<TokenRow> which) {
    return change(() -> portals(environment, application, which), TokenAdmin::remove);
  }

  /**
   * Makes matching portal tokens of an application expire at a time, unless they expire earlier.
   */
  public CompletableFuture<Void> expirePortals(
      long environment, long application, Predicate<TokenRow> which, long at) {
    return change(
        () -> portals(environment, application, which), (row, batch) -> expire(row, at, batch));
  }

  private List<TokenRow> find(long id) {
    TokenRow row = environments.token(id);
    return row == null ? List.of() : List.of(row);
  }

  private List<TokenRow> portals(long environment, long application, Predicate<TokenRow> which) {
    return environments.tokensOf(environment, TokenRow.Kind.PORTAL, application).stream()
        .filter(which)
        .toList();
  }

  private static void expire(TokenRow row, long at, JournalBatch batch) {
    if (row.expires() == 0 || row.expires() > at) {
      batch.change(new SettingChange.PutToken(row.expiring(at)));
    }
  }

  /** Changes some committed tokens, each as of the batch if it is still there. */
  private CompletableFuture<Void> change(
      Supplier<List<TokenRow>> tokens, BiConsumer<TokenRow, JournalBatch> change) {
    return writer
        .change(
            batch -> {
              for (TokenRow committed : tokens.get()) {
                TokenRow row = staged(batch).token(committed.id());
                if (row != null) {
                  change.accept(row, batch);
                }
              }
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }
}
