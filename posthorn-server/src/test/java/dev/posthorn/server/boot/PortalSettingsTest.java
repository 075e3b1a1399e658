package dev.posthorn.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.portal.PortalLook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortalSettingsTest {
  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

  @TempDir private Path folder;

  private PortalLook read() {
    return PortalSettings.of(new SettingReader(Configuration.of(flags::get, Map.of(), null)));
  }

  private void refuses(Setting where, String value, String why) {
    flags.put(where, value);
    assertThatThrownBy(this::read)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(where.flag())
        .hasMessageContaining(why);
    flags.remove(where);
  }

  @Test
  void withoutSettingsItLooksAsAlways() {
    assertThat(read()).isEqualTo(PortalLook.DEFAULT);
  }

  @Test
  void allSettingsAreRead() throws IOException {
    Path logo = Files.writeString(folder.resolve("Logo.SVG"), "<svg/>");
    flags.put(Setting.PORTAL_NAME, "Example Pay");
    flags.put(Setting.PORTAL_LOGO, logo.toString());
    flags.put(Setting.PORTAL_COLOR, "#7a1fa2");
    flags.put(Setting.PORTAL_LANGUAGE, "de");
    PortalLook look = read();
    assertThat(look.name()).isEqualTo("Example Pay");
    assertThat(look.logo()).isNotNull();
    assertThat(look.colors()).isEqualTo(new PortalLook.Colors("#7a1fa2", null));
    assertThat(look.language()).isEqualTo("de");
  }

  @Test
  void whatCannotBeShownIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("logo.txt"), "no picture");
    Path large = Files.write(folder.resolve("large.png"), new byte[100_001]);
    refuses(Setting.PORTAL_LANGUAGE, "fr", "must be auto, de, en, pt");
    refuses(Setting.PORTAL_LOGO, text.toString(), "must be a picture");
    refuses(Setting.PORTAL_LOGO, large.toString(), "at most 100000 are allowed");
    refuses(Setting.PORTAL_LOGO, folder.resolve("none.png").toString(), "cannot read");
    refuses(Setting.PORTAL_COLOR, "#ffff00", "hard to read");
    refuses(Setting.PORTAL_NAME, "x".repeat(61), "at most 60");
  }
}
