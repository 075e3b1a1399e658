package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Guard;

/** Calls entries back after a batch; an exception of one reaches neither the writer nor others. */
final class EntryCallbacks {
  private final Guard guard;

  EntryCallbacks(Guard guard) {
    this.guard = guard;
  }

  void posted(Journal.Entry entry) {
    guard.runForeign("a post-commit callback", entry::posted);
  }

  void failed(Journal.Entry entry, PosthornException why) {
    guard.runForeign("a callback after a refusal", () -> entry.failed(why));
  }

  void doubtful(Journal.Entry entry, PosthornException why) {
    guard.runForeign("a callback about a doubt", () -> entry.doubtful(why));
  }
}
