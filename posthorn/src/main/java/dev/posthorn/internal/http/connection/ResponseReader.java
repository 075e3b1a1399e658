package dev.posthorn.internal.http.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the responses of one HTTP/1.1 connection (RFC 9112), one per request. Consumes no byte
 * beyond a response, and keeps no headers, only their consequences.
 *
 * <p>A receiver that answers has acted on the request, so the parser accepts whatever the RFC
 * allows: lines without CR, lines that are not headers, the same length twice, a length along with
 * chunks. The connection is not reused after an ambiguous response.
 */
final class ResponseReader {
  /** Maximum number of bytes of one response's lines: heads, chunk sizes and trailers. */
  static final int MAX_LINES = 64 * 1024;

  /** Maximum length of the part of a line that is parsed. */
  private static final int MAX_KEPT = 1024;

  /** Maximum length of the part of an invalid line that a message quotes. */
  private static final int MAX_TOLD = 40;

  private static final int MAX_DIGITS = 15;
  private static final Pattern KEEP_ALIVE_SECONDS = Pattern.compile("timeout=(\\d{1,6})");

  /** Receives the parts of a response. */
  interface Sink {
    /** Records an interim response; returns whether another one is allowed. */
    boolean interim();

    /** Receives the head of the response. */
    void head(int status, @Nullable String retryAfter, @Nullable String contentType);

    /** Receives some bytes of the body. */
    void body(ByteBuf content, int bytes);
  }

  private enum Part {
    STATUS,
    HEADERS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    /** A body that ends with the connection. */
    REST,
    OVER
  }

  private Part part = Part.OVER;
  private boolean begun;

  /** Current line, without the part that is not parsed. */
  private byte[] line = new byte[256];

  private int length;
  private boolean cut;
  private int lineBytes;

  // Contents of the head.
  private int status;
  private boolean persistent;

  /** True if the connection must not be reused, or if the response was ambiguous. */
  private boolean closes;

  private boolean framing;
  private boolean coded;
  private boolean chunked;
  private long announced;
  private boolean conflicting;
  private int keepSeconds;
  private @Nullable String retryAfter;
  private @Nullable String contentType;

  /** Remaining bytes of the body or of a chunk. */
  private long left;

  /** Prepares for the next response. */
  void begin() {
    begun = false;
    length = 0;
    cut = false;
    lineBytes = 0;
    beginHead();
  }

  private void beginHead() {
    part = Part.STATUS;
    closes = false;
    framing = false;
    coded = false;
    chunked = false;
    announced = -1;
    conflicting = false;
    keepSeconds = -1;
    retryAfter = null;
    contentType = null;
  }

  /** Returns whether any byte of a response has arrived. */
  boolean hasBegun() {
    return begun;
  }

  /** Returns whether the response is complete. */
  boolean isOver() {
    return part == Part.OVER;
  }

  /** Returns whether the response's body ends with the connection. */
  boolean endsWithConnection() {
    return part == Part.REST;
  }

  /** Returns whether the connection may be reused after the response. */
  boolean keeps() {
    return persistent && part == Part.OVER;
  }

  /** Returns the time for which the receiver keeps the connection, in seconds, or -1. */
  int keepSeconds() {
    return keepSeconds;
  }

  /** Reads up to the end of the response, and passes its parts to the sink. */
  void read(ByteBuf in, Sink of) throws MalformedResponse {
    begun |= in.isReadable();
    while (in.isReadable() && part != Part.OVER) {
      switch (part) {
        case REST -> of.body(in, in.readableBytes());
        case BODY, CHUNK -> data(in, of);
        default -> {
          if (line(in)) {
            understand(of);
            length = 0;
            cut = false;
          }
        }
      }
    }
  }

  private void data(ByteBuf in, Sink of) {
    int come = (int) Math.min(left, in.readableBytes());
    of.body(in, come);
    left -= come;
    if (left == 0) {
      part = part == Part.CHUNK ? Part.CHUNK_END : Part.OVER;
    }
  }

  // Lines.

  /** Reads the available part of a line; returns whether the line is complete. */
  private boolean line(ByteBuf in) throws MalformedResponse {
    int from = in.readerIndex();
    int end = in.indexOf(from, in.writerIndex(), (byte) '\n');
    int come = (end < 0 ? in.writerIndex() : end) - from;
    lineBytes += end < 0 ? come : come + 1;
    if (lineBytes > MAX_LINES) {
      throw new MalformedResponse("its headers are over the limit");
    }
    int kept = Math.min(come, MAX_KEPT - length);
    cut |= kept < come;
    if (line.length < length + kept) {
      line = Arrays.copyOf(line, Math.min(MAX_KEPT, 2 * (length + kept)));
    }
    in.readBytes(line, length, kept);
    length += kept;
    if (end < 0) {
      in.readerIndex(in.writerIndex());
      return false;
    }
    in.readerIndex(end + 1);
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return true;
  }

  private void understand(Sink of) throws MalformedResponse {
    switch (part) {
      case STATUS -> statusLine();
      case HEADERS -> {
        if (length == 0) {
          headOver(of);
        } else {
          header();
        }
      }
      case CHUNK_SIZE -> chunkSize();
      case CHUNK_END -> {
        if (length > 0) {
          throw new MalformedResponse("a chunk does not end where its size says");
        }
        part = Part.CHUNK_SIZE;
      }
      case TRAILERS -> part = length == 0 ? Part.OVER : part;
      default -> throw new IllegalStateException("no line is expected in " + part);
    }
  }

  /** Parses {@code HTTP/1.1 200 OK}, and skips empty lines before it. */
  private void statusLine() throws MalformedResponse {
    if (length == 0) {
      return;
    }
    int at = 8;
    boolean isHttp =
        length > at
            && line[0] == 'H'
            && line[1] == 'T'
            && line[2] == 'T'
            && line[3] == 'P'
            && line[4] == '/'
            && isDigit(5)
            && line[6] == '.'
            && isDigit(7)
            && isBlank(at);
    while (isHttp && at < length && isBlank(at)) {
      at++;
    }
    if (!isHttp || !isDigit(at) || !isDigit(at + 1) || !isDigit(at + 2) || isVisible(at + 3)) {
      throw new MalformedResponse("it begins with '" + told() + "'");
    }
    status = (line[at] - '0') * 100 + (line[at + 1] - '0') * 10 + line[at + 2] - '0';
    if (status < 100 || status == 101) {
      throw new MalformedResponse("it has the status " + status);
    }
    persistent = line[5] == '1' && line[7] != '0';
    part = Part.HEADERS;
  }

  private String told() {
    int end = Math.min(length, MAX_TOLD);
    String begin = new String(line, 0, end, StandardCharsets.US_ASCII).replaceAll("[^ -~]", "?");
    return end < length ? begin + "…" : begin;
  }

  private void header() throws MalformedResponse {
    if (isBlank(0)) { // continues the line before it
      closes = true;
      conflicting |= framing;
      return;
    }
    int colon = 0;
    while (colon < length && line[colon] != ':') {
      colon++;
    }
    int nameEnd = colon;
    while (nameEnd > 0 && isBlank(nameEnd - 1)) {
      nameEnd--;
    }
    closes |= colon == length || nameEnd < colon;
    framing = false;
    switch (nameEnd) {
      case 10 -> {
        if (isNamed("connection")) {
          connection(value(colon));
        } else if (isNamed("keep-alive")) {
          Matcher seconds = KEEP_ALIVE_SECONDS.matcher(value(colon));
          keepSeconds = seconds.find() ? Integer.parseInt(seconds.group(1)) : keepSeconds;
        }
      }
      case 11 -> retryAfter = isNamed("retry-after") ? value(colon) : retryAfter;
      case 12 -> contentType = isNamed("content-type") ? value(colon) : contentType;
      case 14 -> {
        if (isNamed("content-length")) {
          framing = true;
          contentLength(value(colon));
        }
      }
      case 17 -> {
        if (isNamed("transfer-encoding")) {
          framing = true;
          transferEncoding(value(colon));
        }
      }
      default -> {} // not needed here
    }
  }

  private void connection(String value) {
    for (String option : value.split(",", -1)) {
      if (option.strip().equalsIgnoreCase("close")) {
        closes = true;
      } else if (option.strip().equalsIgnoreCase("keep-alive")) {
        persistent = true;
      }
    }
  }

  private void contentLength(String value) {
    for (String each : value.split(",", -1)) {
      long number = number(each.strip(), 10);
      conflicting |= number < 0 || cut || (announced >= 0 && announced != number);
      announced = number;
    }
  }

  /** Parses Transfer-Encoding; the end of the body is known only if chunks come last. */
  private void transferEncoding(String value) {
    String last = value.substring(value.lastIndexOf(',') + 1).strip();
    if (!last.equalsIgnoreCase("identity")) {
      coded = true;
      chunked = !cut && last.equalsIgnoreCase("chunked");
    }
  }

  private void headOver(Sink of) throws MalformedResponse {
    if (status < 200) {
      if (!of.interim()) {
        throw new MalformedResponse("too many interim responses (1xx)");
      }
      beginHead();
      return;
    }
    boolean bodiless = status == 204 || status == 304;
    if (conflicting && !coded && !bodiless) {
      throw new MalformedResponse("its Content-Length is not a single number");
    }
    part = bodiless ? Part.OVER : framed();
    // A length along with chunks, or a body where none is allowed, leaves the start of the next
    // response ambiguous.
    persistent &= !closes && !(coded && announced >= 0) && !(bodiless && (coded || announced > 0));
    of.head(status, Headers.retryAfter(retryAfter), contentType);
  }

  /** Returns the part with which the body begins, by the header that delimits it. */
  private Part framed() {
    if (coded) {
      return chunked ? Part.CHUNK_SIZE : Part.REST;
    }
    left = announced;
    return announced < 0 ? Part.REST : announced == 0 ? Part.OVER : Part.BODY;
  }

  private void chunkSize() throws MalformedResponse {
    int end = 0;
    while (end < length && line[end] != ';' && !isBlank(end)) {
      end++;
    }
    left = number(new String(line, 0, end, StandardCharsets.ISO_8859_1), 16);
    if (left < 0) {
      throw new MalformedResponse("a chunk has no size");
    }
    part = left == 0 ? Part.TRAILERS : Part.CHUNK;
  }

  /** Returns the value of a string of digits, or -1. */
  private static long number(String text, int radix) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number * radix + digit;
    }
    return number;
  }

  private boolean isNamed(String name) {
    for (int i = 0; i < name.length(); i++) {
      int c = line[i] >= 'A' && line[i] <= 'Z' ? line[i] + 32 : line[i];
      if (c != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(int colon) {
    int from = Math.min(length, colon + 1);
    return new String(line, from, length - from, StandardCharsets.ISO_8859_1).strip();
  }

  private boolean isDigit(int at) {
    return at < length && line[at] >= '0' && line[at] <= '9';
  }

  private boolean isBlank(int at) {
    return line[at] == ' ' || line[at] == '\t';
  }

  private boolean isVisible(int at) {
    return at < length && !isBlank(at);
  }
}
