package dev.posthorn.internal.engine.base;

import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** The key that turns a store's ids into public ones. It is kept in the store. */
public final class PublicIdKey {
  private static final String SETTING = "public_id_key";

  private PublicIdKey() {}

  /**
   * Returns the public form of a store's ids. Makes and stores the key if the store has none, so
   * only the process that may write to the store may call it.
   */
  public static PublicIds of(Store store) {
    String text = store.setting(SETTING);
    if (text == null) {
      text = stored(store, make());
    }
    int dash = text.indexOf('-');
    return new PublicIds(
        Long.parseUnsignedLong(text.substring(0, dash), 16),
        Long.parseUnsignedLong(text.substring(dash + 1), 16));
  }

  /** Stores a key, unless another process was faster; returns the key that is stored. */
  private static String stored(Store store, String key) {
    Batch batch = new Batch();
    batch.idFloor = store.idFloor();
    batch.settings.add(new SettingChange.PutSetting(SETTING, key));
    if (store.isShared()) {
      // Of two processes that open an empty store at the same time, one finds this taken.
      byte[] mine = key.getBytes(StandardCharsets.US_ASCII);
      batch.dedupe.add(new DedupeRow(SETTING, "", mine, 0, Long.MAX_VALUE));
    }
    try {
      DirectCommit.commit(store, batch);
      return key;
    } catch (StoreException e) {
      String other = e.reason() == StoreException.Reason.STALE ? store.setting(SETTING) : null;
      if (other == null) {
        throw e;
      }
      return other;
    }
  }

  private static String make() {
    SecureRandom random = new SecureRandom();
    return Long.toHexString(random.nextLong()) + "-" + Long.toHexString(random.nextLong());
  }
}
