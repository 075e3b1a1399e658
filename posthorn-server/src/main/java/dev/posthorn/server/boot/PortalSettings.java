package dev.posthorn.server.boot;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.portal.Language;
import dev.posthorn.server.portal.PortalLook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reader of the settings of the portal. */
final class PortalSettings {
  private static final String BROWSERS = "auto";
  private static final int MOST_NAME = 60;
  private static final int MOST_LOGO_BYTES = 100_000;
  private static final Map<String, String> TYPES =
      Map.of(
          "svg", "image/svg+xml",
          "png", "image/png",
          "jpg", "image/jpeg",
          "webp", "image/webp");

  private PortalSettings() {}

  /**
   * Returns the look of the portal.
   *
   * @throws dev.posthorn.server.config.BadSettingException if a value is invalid
   */
  static PortalLook of(SettingReader settings) {
    List<String> languages = new ArrayList<>(List.of(BROWSERS));
    languages.addAll(Language.all().stream().sorted().toList());
    String language = settings.word(Setting.PORTAL_LANGUAGE, languages);
    return new PortalLook(
        name(settings),
        logo(settings),
        settings.text(Setting.PORTAL_COLOR) == null
            ? null
            : settings.made(Setting.PORTAL_COLOR, PortalLook.Colors::of),
        language.equals(BROWSERS) ? null : language);
  }

  private static String name(SettingReader settings) {
    String name = Objects.requireNonNullElse(settings.text(Setting.PORTAL_NAME), "");
    if (name.length() > MOST_NAME) {
      throw settings.bad(
          Setting.PORTAL_NAME,
          "has " + name.length() + " characters; at most " + MOST_NAME + " are allowed");
    }
    return name;
  }

  private static PortalLook.@Nullable Logo logo(SettingReader settings) {
    Path file = settings.readable(Setting.PORTAL_LOGO);
    if (file == null) {
      return null;
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw settings.bad(
          Setting.PORTAL_LOGO, file + " must be a picture: .svg, .png, .jpg or .webp");
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw settings.bad(Setting.PORTAL_LOGO, "cannot read " + file + ": " + FileFailure.why(e));
    }
    if (bytes.length > MOST_LOGO_BYTES) {
      throw settings.bad(
          Setting.PORTAL_LOGO,
          file + " has " + bytes.length + " bytes; at most " + MOST_LOGO_BYTES + " are allowed");
    }
    return new PortalLook.Logo(type, bytes);
  }
}
