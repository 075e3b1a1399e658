package dev.posthorn.internal.engine.base;

import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange;
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
      text = make();
      Batch batch = new Batch();
      batch.idFloor = store.idFloor();
      batch.settings.add(new SettingChange.PutSetting(SETTING, text));
      store.commit(batch);
    }
    int dash = text.indexOf('-');
    return new PublicIds(
        Long.parseUnsignedLong(text.substring(0, dash), 16),
        Long.parseUnsignedLong(text.substring(dash + 1), 16));
  }

  private static String make() {
    SecureRandom random = new SecureRandom();
    return Long.toHexString(random.nextLong()) + "-" + Long.toHexString(random.nextLong());
  }
}
