package dev.posthorn.internal.http.connection;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts excerpts of responses to UTF-8, whatever charset receivers use. */
final class Excerpts {
  private static final Pattern CHARSET = Pattern.compile("(?i)charset=[\"']?([a-z0-9._:-]{1,40})");

  /** Supported charsets: looking up arbitrary names sent by receivers takes long. */
  private static final Map<String, Charset> KNOWN =
      known(
          List.of(
              "ISO-8859-1",
              "ISO-8859-2",
              "ISO-8859-5",
              "ISO-8859-7",
              "ISO-8859-9",
              "ISO-8859-15",
              "windows-1250",
              "windows-1251",
              "windows-1252",
              "windows-1253",
              "windows-1254",
              "windows-1256",
              "UTF-16",
              "UTF-16BE",
              "UTF-16LE",
              "Shift_JIS",
              "EUC-JP",
              "EUC-KR",
              "GBK",
              "GB2312",
              "GB18030",
              "Big5",
              "KOI8-R"));

  private Excerpts() {}

  /** Returns the beginning of a body in UTF-8, at most {@code most} bytes of it. */
  static byte[] inUtf8(byte[] excerpt, @Nullable String contentType, int most) {
    if (contentType == null || excerpt.length == 0) {
      return excerpt;
    }
    Matcher named = CHARSET.matcher(contentType);
    Charset charset = named.find() ? KNOWN.get(named.group(1).toLowerCase(Locale.ROOT)) : null;
    return charset == null ? excerpt : cut(new String(excerpt, charset), most);
  }

  private static byte[] cut(String text, int most) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(utf8.length, most);
    while (end < utf8.length && end > 0 && (utf8[end] & 0xc0) == 0x80) {
      end--; // in the middle of a character
    }
    return end == utf8.length ? utf8 : Arrays.copyOf(utf8, end);
  }

  private static Map<String, Charset> known(List<String> names) {
    Map<String, Charset> known = new HashMap<>();
    for (String name : names) {
      if (Charset.isSupported(name)) {
        Charset charset = Charset.forName(name);
        known.put(name.toLowerCase(Locale.ROOT), charset);
        charset.aliases().forEach(alias -> known.put(alias.toLowerCase(Locale.ROOT), charset));
      }
    }
    return Map.copyOf(known);
  }
}
