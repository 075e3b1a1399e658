package dev.posthorn.internal.api;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The {@code toString} of something that is built up: only what was set is in it. */
public final class Shown {
  private final StringJoiner text;

  public Shown(Class<?> type) {
    this.text = new StringJoiner(", ", type.getSimpleName() + "[", "]");
  }

  /** Adds a member, unless it is null, empty, zero or false. */
  public Shown with(String name, @Nullable Object value) {
    if (value != null && !isNothing(value)) {
      text.add(name + "=" + value);
    }
    return this;
  }

  /** Adds a member, unless it is null. */
  public Shown setting(String name, @Nullable Object value) {
    if (value != null) {
      text.add(name + "=" + value);
    }
    return this;
  }

  /** Adds that a secret was set, not the secret. */
  public Shown hiding(String name, @Nullable Object secret) {
    return with(name, secret == null ? null : "(hidden)");
  }

  private static boolean isNothing(Object value) {
    return value.equals("")
        || value.equals(List.of())
        || value.equals(Map.of())
        || value.equals(0)
        || value.equals(false);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
