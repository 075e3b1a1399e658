package dev.posthorn.server.auth;

import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The scopes of a token: its capabilities, and the feature flags that reveal more event types. */
public final class Scopes {
  /** All capabilities, without feature flags. */
  public static final Scopes ALL = new Scopes(EnumSet.allOf(Capability.class), Set.of());

  /** Default capabilities of a portal token. */
  public static final Set<Capability> PORTAL =
      Set.copyOf(EnumSet.range(Capability.VIEW_BASE, Capability.MANAGE_ENDPOINT));

  /** Scopes of an application's JWT: everything except sending messages. */
  static final Scopes CUSTOMER =
      new Scopes(EnumSet.complementOf(EnumSet.of(Capability.CREATE_MESSAGES)), Set.of());

  private static final String FLAG = "feature:";

  private final Set<Capability> capabilities;
  private final Set<String> flags;

  private Scopes(Set<Capability> capabilities, Set<String> flags) {
    this.capabilities = capabilities;
    this.flags = flags;
  }

  /** Returns the scopes of a stored token. */
  public static Scopes of(TokenRow row) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    Set<String> flags = new TreeSet<>();
    for (String scope : row.scopes()) {
      if (scope.startsWith(FLAG)) {
        flags.add(scope.substring(FLAG.length()));
      } else {
        Capability.of(scope).ifPresent(capabilities::add);
      }
    }
    if (row.kind() == TokenRow.Kind.API_KEY && row.scopes().isEmpty()) {
      return ALL;
    }
    return new Scopes(capabilities, flags);
  }

  /** Returns scopes of some capabilities, without feature flags. */
  static Scopes of(Set<Capability> capabilities) {
    return new Scopes(Set.copyOf(capabilities), Set.of());
  }

  /** Returns capabilities and feature flags in the form in which they are stored. */
  public static List<String> texts(Collection<Capability> capabilities, Collection<String> flags) {
    List<String> texts = new ArrayList<>();
    capabilities.stream().sorted().forEach(capability -> texts.add(capability.text()));
    flags.forEach(flag -> texts.add(FLAG + flag));
    return texts;
  }

  /** Returns the capabilities. */
  public Set<Capability> capabilities() {
    return Set.copyOf(capabilities);
  }

  /** Returns the names of the capabilities. */
  public List<String> names() {
    return texts(capabilities, List.of());
  }

  /** Returns whether the scopes allow an operation. */
  boolean allow(Operation operation) {
    if (capabilities.size() == Capability.values().length) {
      return true;
    }
    Capability needed = Capability.neededFor(operation);
    return needed == null || capabilities.contains(needed);
  }

  boolean hasFlag(String flag) {
    return flags.contains(flag);
  }

  /** Returns whether the scopes include a capability. */
  public boolean has(Capability capability) {
    return capabilities.contains(capability);
  }
}
