package dev.posthorn.server.api.console;

import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.auth.Scopes;
import java.util.Set;

/** The role of a person in the console, which follows from the permissions of the session. */
enum Role {
  /** Sees everything but secrets, and changes nothing. */
  READ_ONLY("read-only"),
  /** May also change what the session's permissions allow. */
  OPERATOR("operator");

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /** Returns the role's name in answers. */
  String text() {
    return text;
  }

  /** Returns the role of a session or token. */
  static Role of(Scopes scopes) {
    return Set.of(Capability.VIEW_BASE).containsAll(scopes.capabilities()) ? READ_ONLY : OPERATOR;
  }
}
