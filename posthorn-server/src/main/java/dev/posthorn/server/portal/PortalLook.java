package dev.posthorn.server.portal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The look of the portal.
 *
 * @param name the name above the page; empty for none
 * @param logo the picture beside it, or null
 * @param colors the color of links and buttons, or null for Posthorn's
 * @param language the language of the page, or null for the browser's
 */
public record PortalLook(
    String name, @Nullable Logo logo, @Nullable Colors colors, @Nullable String language) {
  /** Posthorn's own look. */
  public static final PortalLook DEFAULT = new PortalLook("", null, null, null);

  /**
   * A picture.
   *
   * @param type its media type
   * @param bytes the file
   */
  public record Logo(String type, byte[] bytes) {}

  /**
   * The color of links and buttons.
   *
   * @param light on a light page, such as {@code #0b5c8a}
   * @param dark on a dark page, or null for Posthorn's
   */
  public record Colors(String light, @Nullable String dark) {
    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");
    private static final String LIGHT_PAGE = "#ffffff";
    private static final String DARK_PAGE = "#22262b";
    private static final double LEAST_CONTRAST = 4.5;

    /**
     * Returns the colors of a text: one for light pages, and perhaps one for dark pages.
     *
     * @throws IllegalArgumentException if a color is invalid, or hard to read on its page
     */
    public static Colors of(String text) {
      String[] parts = text.split(",", -1);
      if (parts.length > 2) {
        throw new IllegalArgumentException("must be one color such as #0b5c8a, or two: LIGHT,DARK");
      }
      return new Colors(
          readable(parts[0].strip(), LIGHT_PAGE, "light"),
          parts.length == 1 ? null : readable(parts[1].strip(), DARK_PAGE, "dark"));
    }

    private static String readable(String color, String page, String name) {
      Matcher matcher = COLOR.matcher(color);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("\"" + color + "\" must be a color such as #0b5c8a");
      }
      double contrast = contrast(color, page);
      if (contrast < LEAST_CONTRAST) {
        throw new IllegalArgumentException(
            String.format(
                java.util.Locale.ROOT,
                "%s is hard to read on a %s page: its contrast is %.1f, and 4.5 is needed; choose a"
                    + " %s one",
                color,
                name,
                contrast,
                name.equals("light") ? "darker" : "lighter"));
      }
      return color;
    }

    /** Returns the contrast of two colors as WCAG 2 defines it, from 1 to 21. */
    static double contrast(String one, String other) {
      double first = luminance(one);
      double second = luminance(other);
      return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(String color) {
      return 0.2126 * part(color, 1) + 0.7152 * part(color, 3) + 0.0722 * part(color, 5);
    }

    private static double part(String color, int from) {
      double value = Integer.parseInt(color.substring(from, from + 2), 16) / 255.0;
      return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
  }

  /** Returns a style sheet with the colors. */
  String css() {
    Colors own = colors;
    if (own == null) {
      return "";
    }
    String light = ":root { --link: " + own.light() + "; }\n";
    // In the dark, the light page's color would be hard to read.
    String dark = own.dark() == null ? "#7cc4ee" : own.dark();
    return light + "@media (prefers-color-scheme: dark) { :root { --link: " + dark + "; } }\n";
  }
}
