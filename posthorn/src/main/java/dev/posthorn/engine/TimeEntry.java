package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.store.SettingChange;

/** Has the store remember what time it is, while nothing else does: an id is given, and kept. */
final class TimeEntry implements Journal.Entry {
  private static final String SETTING = "last_time";

  @Override
  public void prepare(Writing writing) {
    writing.batch.settings.add(
        new SettingChange.PutSetting(SETTING, Long.toString(writing.nextId(0))));
  }

  @Override
  public void committed(Writing writing) {}

  @Override
  public void failed(PosthornException why) {}

  @Override
  public boolean refusable() {
    return true;
  }
}
