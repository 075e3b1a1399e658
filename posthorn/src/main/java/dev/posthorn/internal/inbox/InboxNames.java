package dev.posthorn.internal.inbox;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names in a column: separated by commas, which no name contains. */
final class InboxNames {
  private InboxNames() {}

  static @Nullable String join(List<String> names) {
    return names.isEmpty() ? null : String.join(",", names);
  }

  static List<String> split(@Nullable String names) {
    return names == null || names.isBlank()
        ? List.of()
        : Arrays.stream(names.split(",")).map(String::strip).toList();
  }
}
