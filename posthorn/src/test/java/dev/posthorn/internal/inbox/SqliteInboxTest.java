package dev.posthorn.internal.inbox;

import java.nio.file.Path;

class SqliteInboxTest extends InboxRules {
  @Override
  InboxDatabase create(Path emptyFolder) {
    return new InboxDatabase(
        "jdbc:sqlite:" + emptyFolder.resolve("user.db") + "?journal_mode=WAL", "sqlite");
  }
}
