package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.spi.store.rows.SettingChange;

/** Stores the time, by an id that is given and kept, and the time of retention. */
final class TimeEntry implements Journal.Entry {
  private static final String SETTING = "last_time";

  private final RetentionTime retention;

  TimeEntry(RetentionTime retention) {
    this.retention = retention;
  }

  @Override
  public void prepare(JournalBatch batch) {
    put(SETTING, batch.nextId(0), batch);
    long kept = retention.millis();
    put(RetentionTime.SETTING, kept, batch);
    batch.onCommit(() -> retention.remembered(kept));
  }

  private static void put(String setting, long value, JournalBatch batch) {
    batch.change(new SettingChange.PutSetting(setting, Long.toString(value)));
  }

  @Override
  public void committed(JournalBatch batch) {}

  @Override
  public void failed(PosthornException why) {}

  @Override
  public boolean refusable() {
    return true;
  }
}
