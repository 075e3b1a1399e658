package dev.posthorn.server.embed;

import dev.posthorn.server.auth.Capability;
import java.util.Set;

/**
 * A person whom the program's own security has let in.
 *
 * @param name the name in the audit log
 * @param operator whether this person may change something, and see secrets; others only look
 */
public record Visitor(String name, boolean operator) {

  Set<Capability> capabilities() {
    return operator ? Set.of(Capability.values()) : Set.of(Capability.VIEW_BASE);
  }
}
