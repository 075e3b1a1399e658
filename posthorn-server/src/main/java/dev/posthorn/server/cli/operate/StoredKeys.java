package dev.posthorn.server.cli.operate;

import dev.posthorn.internal.engine.base.DirectCommit;
import dev.posthorn.internal.engine.base.PublicIdKey;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.server.auth.Tokens;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API keys in the database of a server that is not running. */
final class StoredKeys implements ApiKeys {
  private static final int PAGE = 1_000;

  private final Store store;
  private final String environment;
  private final PublicIds ids;
  private final InstantSource clock;

  /**
   * Creates an instance for an open store, and closes it in the end.
   *
   * @param environment the environment of the keys
   */
  StoredKeys(Store store, String environment, InstantSource clock) {
    this.store = store;
    this.environment = environment;
    this.ids = PublicIdKey.of(store);
    this.clock = clock;
  }

  /**
   * A stored key.
   *
   * @param environment the name of its environment
   * @param row the rest
   */
  private record Key(String environment, TokenRow row) {}

  @Override
  public List<ApiKey> list() {
    return all().stream()
        .filter(key -> key.environment().equals(environment))
        .map(key -> shown(key, null))
        .toList();
  }

  private ApiKey shown(Key key, @Nullable String token) {
    TokenRow row = key.row();
    return new ApiKey(
            ids.format(IdPrefix.TOKEN, row.id()),
            key.environment(),
            row.name(),
            row.hint(),
            time(row.created()),
            row.expires() == 0 ? null : time(row.expires()))
        .with(token);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private List<Key> all() {
    List<Key> keys = new ArrayList<>();
    List<EnvironmentRow> environments = environments();
    long after = Long.MIN_VALUE;
    for (List<TokenRow> page; !(page = store.tokens(after, PAGE)).isEmpty(); ) {
      for (TokenRow row : page) {
        String name = name(environments, row.environment());
        if (row.kind() == TokenRow.Kind.API_KEY) {
          keys.add(new Key(name, row));
        }
      }
      after = page.get(page.size() - 1).id();
    }
    return keys;
  }

  private List<EnvironmentRow> environments() {
    List<EnvironmentRow> all = new ArrayList<>();
    long after = Long.MIN_VALUE;
    for (List<EnvironmentRow> page; !(page = store.environments(after, PAGE)).isEmpty(); ) {
      all.addAll(page);
      after = page.get(page.size() - 1).id();
    }
    return all;
  }

  private static String name(List<EnvironmentRow> environments, long id) {
    return environments.stream()
        .filter(row -> row.id() == id)
        .map(EnvironmentRow::name)
        .findFirst()
        .orElse("?");
  }

  /** Creates a key, and the environment if it is unknown. */
  @Override
  public ApiKey create(String name) {
    Batch batch = new Batch();
    IdSequence sequence = new IdSequence(store.idFloor());
    EnvironmentRow owner =
        environments().stream()
            .filter(row -> row.name().equals(environment))
            .findFirst()
            .orElseGet(() -> newEnvironment(environment, sequence, batch));
    ApiKey key = add(owner, new Extent(name, 0, List.of(), 0), sequence, batch);
    commit(batch, sequence);
    return key;
  }

  private EnvironmentRow newEnvironment(String name, IdSequence sequence, Batch batch) {
    long now = clock.millis();
    EnvironmentRow row = new EnvironmentRow(sequence.next(now), name, now, now);
    batch.settings.add(new SettingChange.PutEnvironment(row));
    return row;
  }

  /** The name, application, scopes and expiration of a new key. */
  private record Extent(String name, long application, List<String> scopes, long expires) {}

  private ApiKey add(EnvironmentRow owner, Extent extent, IdSequence sequence, Batch batch) {
    long now = clock.millis();
    String token = Tokens.generate(Tokens.API_KEY);
    TokenRow row =
        new TokenRow(
            sequence.next(now),
            new TokenGrant(
                owner.id(),
                extent.application(),
                TokenRow.Kind.API_KEY,
                extent.scopes(),
                extent.expires()),
            extent.name(),
            Tokens.hash(token),
            Tokens.hint(token),
            now);
    batch.settings.add(new SettingChange.PutToken(row));
    return shown(new Key(owner.name(), row), token);
  }

  private void commit(Batch batch, IdSequence sequence) {
    batch.idFloor = sequence.last();
    DirectCommit.commit(store, batch);
  }

  @Override
  public void revoke(String id) {
    Batch batch = new Batch();
    batch.settings.add(new SettingChange.RemoveToken(find(id).row().id()));
    commit(batch, new IdSequence(store.idFloor()));
  }

  @Override
  public ApiKey rotate(String id, long graceMillis) {
    Key old = find(id);
    TokenRow before = old.row();
    long until = clock.millis() + graceMillis;
    Batch batch = new Batch();
    IdSequence sequence = new IdSequence(store.idFloor());
    EnvironmentRow owner = new EnvironmentRow(before.environment(), old.environment(), 0, 0);
    Extent same =
        new Extent(before.name(), before.application(), before.scopes(), before.expires());
    ApiKey key = add(owner, same, sequence, batch);
    batch.settings.add(
        new SettingChange.PutToken(
            before.expiring(before.expires() == 0 ? until : Math.min(before.expires(), until))));
    commit(batch, sequence);
    return key;
  }

  private Key find(String id) {
    return all().stream()
        .filter(key -> ids.format(IdPrefix.TOKEN, key.row().id()).equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown API key \"" + id + "\"; see posthorn keys list"));
  }

  @Override
  public void close() {
    store.close();
  }
}
