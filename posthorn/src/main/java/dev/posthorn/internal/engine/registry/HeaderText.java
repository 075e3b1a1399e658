package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.wire.Header;
import java.util.ArrayList;
import java.util.List;

/** Custom headers as one text, to be encrypted as one secret: a line each, name, colon, value. */
final class HeaderText {
  private HeaderText() {}

  static String format(List<Header> headers) {
    StringBuilder text = new StringBuilder();
    for (Header header : headers) {
      text.append(header.name()).append(':').append(header.value()).append('\n');
    }
    return text.toString();
  }

  static List<Header> parse(String text) {
    List<Header> headers = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int colon = text.indexOf(':', start);
      headers.add(new Header(text.substring(start, colon), text.substring(colon + 1, end)));
      start = end + 1;
    }
    return headers;
  }
}
