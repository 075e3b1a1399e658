package dev.posthorn.spi.transport;

import java.nio.charset.StandardCharsets;

/**
 * Builds the path and query of a request line from the part of a URL after the authority.
 *
 * <p>Characters that RFC 3986 allows there are sent as written; all others are percent-encoded, in
 * UTF-8 if they are not ASCII. Nothing is normalized: neither dot segments, nor escapes, nor
 * Unicode. So it accepts the same URLs as browsers do, and sends only paths that strict receivers
 * accept as well: those reject some characters that browsers send unescaped, such as {@code |} and
 * brackets.
 */
final class RequestPath {

  /**
   * Sub-delimiters and the other characters of pchar, the slash, and the question mark (RFC 3986,
   * 3.4).
   */
  private static final String PUNCTUATION = "-._~!$&'()*+,;=:@/?";

  private static final String HEX = "0123456789ABCDEF";

  private final String url;
  private final StringBuilder sent;
  private boolean inQuery;

  private RequestPath(String url) {
    this.url = url;
    this.sent = new StringBuilder(url.length() + 16);
  }

  /**
   * Returns the path and query that begin at an index of a URL; a slash if there is no path.
   *
   * @throws IllegalArgumentException if there is a fragment, or a character that parsers interpret
   *     differently
   */
  static String of(String url, int start) {
    return new RequestPath(url).from(start);
  }

  private String from(int start) {
    if (!url.startsWith("/", start)) {
      sent.append('/');
    }
    for (int i = start; i < url.length(); ) {
      int c = url.codePointAt(i);
      if (c < 0x80) {
        append((char) c, i);
      } else {
        appendEncoded(c, i);
      }
      i += Character.charCount(c);
    }
    return sent.toString();
  }

  private void append(char c, int at) {
    if (c == '#') {
      throw HttpTarget.bad("a fragment (#…) is never sent to a server; remove it, or write %23");
    }
    if (c == '\\' && !inQuery) {
      throw HttpTarget.bad("some servers treat a backslash in the path as a slash; write / or %5C");
    }
    inQuery |= c == '?';
    if (isAllowed(c) || (c == '%' && isEscape(at))) {
      sent.append(c);
    } else {
      appendEscape(c);
    }
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PUNCTUATION.indexOf(c) >= 0;
  }

  private boolean isEscape(int at) {
    return at + 2 < url.length() && isHex(url.charAt(at + 1)) && isHex(url.charAt(at + 2));
  }

  private static boolean isHex(char c) {
    return c < 0x80 && Character.digit(c, 16) >= 0;
  }

  private void appendEncoded(int codePoint, int at) {
    if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      throw HttpTarget.bad(
          "is not valid (an unpaired surrogate at character " + at + "); remove it");
    }
    for (byte each : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      appendEscape(each & 0xff);
    }
  }

  private void appendEscape(int octet) {
    sent.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
  }
}
