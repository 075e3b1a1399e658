package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The reference page of settings has a row for each setting, with its default, in the same order.
 */
class SettingsPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (none|`[^`]+`) \\| [^|]+ \\| [^|]+ \\|$");

  @Test
  void listsEachSettingWithItsDefault() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "reference", "settings.md"));
    List<String> listed = new ArrayList<>();
    ROW.matcher(page)
        .results()
        .forEach(row -> listed.add(row.group(1) + " " + row.group(2).replace("`", "")));
    assertThat(listed)
        .containsExactlyElementsOf(
            Arrays.stream(Setting.values())
                .map(
                    setting ->
                        setting.key()
                            + " "
                            + (setting.defaultValue().isEmpty() ? "none" : setting.defaultValue()))
                .toList());
  }
}
