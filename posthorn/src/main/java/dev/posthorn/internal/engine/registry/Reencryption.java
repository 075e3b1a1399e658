package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/**
 * Re-encrypts secrets with the newest key, if an older key encrypts them or they are not bound to
 * their application yet: some endpoints at a time, while everything else goes on. Once none is
 * left, the older key is needed for backups only.
 */
public final class Reencryption {
  /** The most endpoints of one step: each takes a few microseconds of the writer's time. */
  public static final int MOST = 100;

  private final SettingsWriter writer;
  private final EndpointRegistry endpoints;
  private final Keyring keyring;

  public Reencryption(SettingsWriter writer, EndpointRegistry endpoints, Keyring keyring) {
    this.writer = writer;
    this.endpoints = endpoints;
    this.keyring = keyring;
  }

  /** Returns the endpoints with a secret that must be re-encrypted, by id. */
  public List<Long> outstanding() {
    return endpoints.endpoints().stream()
        .filter(entry -> entry.settings().secrets().stream().anyMatch(this::isOld))
        .map(entry -> entry.id)
        .sorted()
        .toList();
  }

  private boolean isOld(SecretRow row) {
    return !keyring.isCurrent(row);
  }

  /**
   * Re-encrypts the secrets of some endpoints with the newest key; endpoints that were removed
   * meanwhile are skipped.
   *
   * @param ids the ids of at most {@link #MOST} endpoints
   * @return completes with the number of secrets once they are on disk; fails with {@link
   *     Keyring.KeyringException} if one cannot be decrypted, and then none has changed
   */
  public CompletableFuture<Integer> reseal(List<Long> ids) {
    if (ids.size() > MOST) {
      throw new IllegalArgumentException("endpoints: at most " + MOST + " at a time");
    }
    return writer.change(
        batch -> {
          int count = 0;
          for (long id : ids) {
            count += reseal(id, batch);
          }
          return count;
        });
  }

  private int reseal(long id, JournalBatch batch) {
    StagedEndpoints staged = StagedSettings.of(batch).endpoints();
    RegisteredEndpoint.Settings present = staged.endpoint(id);
    if (present == null) {
      return 0;
    }
    int count = 0;
    long application = present.row().application();
    for (SecretRow row : present.secrets()) {
      if (isOld(row)) {
        SecretRow fresh = keyring.reseal(staged.owner(application), row);
        batch.change(new SettingChange.PutSecret(staged.partitionOf(application), fresh));
        count++;
      }
    }
    return count;
  }

  /**
   * The result of a re-encryption.
   *
   * @param endpoints the number of endpoints with such secrets
   * @param secrets the number of secrets
   */
  public record Done(int endpoints, int secrets) {}

  /**
   * Re-encrypts all outstanding secrets, some endpoints at a time.
   *
   * @param await waits for a step to be on disk, and returns its result
   */
  public Done all(ToIntFunction<CompletableFuture<Integer>> await) {
    List<Long> ids = outstanding();
    int secrets = 0;
    for (int from = 0; from < ids.size(); from += MOST) {
      int to = Math.min(ids.size(), from + MOST);
      secrets += await.applyAsInt(reseal(ids.subList(from, to)));
    }
    return new Done(ids.size(), secrets);
  }

  /**
   * Decrypts one secret of each key, to check at the start that the keyring belongs to the store.
   * Single secrets that cannot be decrypted were changed or moved: that concerns their endpoints
   * alone.
   *
   * @throws Keyring.KeyringException if none of a key can be decrypted
   */
  public void check() {
    Map<Integer, List<Runnable>> some = new TreeMap<>();
    for (RegisteredEndpoint entry : endpoints.endpoints()) {
      for (SecretRow row : entry.settings().secrets()) {
        List<Runnable> ofKey = some.computeIfAbsent(row.keyId(), key -> new ArrayList<>());
        if (ofKey.size() < MOST) {
          ofKey.add(
              () -> {
                var unused = keyring.open(entry.owner(), row);
              });
        }
      }
    }
    some.values().forEach(Reencryption::requireOne);
  }

  private static void requireOne(List<Runnable> reads) {
    for (int i = 0; i < reads.size(); i++) {
      try {
        reads.get(i).run();
        return;
      } catch (Keyring.KeyringException e) {
        if (i == reads.size() - 1) {
          throw e;
        }
      }
    }
  }
}
