package dev.posthorn.internal.inbox;

import java.nio.file.Path;

class H2InboxTest extends InboxRules {
  @Override
  InboxDatabase create(Path emptyFolder) {
    String file = emptyFolder.resolve("user").toString();
    return new InboxDatabase("jdbc:h2:file:" + file + ";DB_CLOSE_DELAY=10", "h2");
  }
}
