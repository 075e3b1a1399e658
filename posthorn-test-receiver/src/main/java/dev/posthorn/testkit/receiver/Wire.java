package dev.posthorn.testkit.receiver;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads requests and writes answers in HTTP/1.1, as far as test receivers need it. */
final class Wire {

  private static final int MAX_LINE = 64 * 1024;

  private Wire() {}

  /** Reads one request, or returns null at the end of the stream. */
  static @Nullable ReceivedRequest read(InputStream in, int connection) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    String[] parts = first.split(" ", 3);
    if (parts.length != 3) {
      throw new IOException("not a request line: " + first);
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>(12);
    int length = 0;
    boolean chunked = false;
    for (String line = required(in); !line.isEmpty(); line = required(in)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("not a header: " + line);
      }
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      headers.add(Map.entry(name, value));
      if (name.equalsIgnoreCase("content-length")) {
        length = Integer.parseInt(value);
      } else if (name.equalsIgnoreCase("transfer-encoding")) {
        chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
      }
    }
    byte[] body = chunked ? chunks(in) : exactly(in, length);
    return new ReceivedRequest(parts[0], parts[1], List.copyOf(headers), body, connection);
  }

  /** Writes one answer with one write. */
  static void write(OutputStream out, Answer answer) throws IOException {
    StringBuilder head = new StringBuilder(128);
    head.append("HTTP/1.1 ").append(answer.status()).append(" \r\n");
    for (int i = 0; i < answer.headers().size(); i += 2) {
      head.append(answer.headers().get(i)).append(": ").append(answer.headers().get(i + 1));
      head.append("\r\n");
    }
    if (answer.status() >= 200 && answer.status() != 204 && answer.status() != 304) {
      head.append("content-length: ").append(answer.body().length).append("\r\n");
    }
    byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[bytes.length + answer.body().length];
    System.arraycopy(bytes, 0, all, 0, bytes.length);
    System.arraycopy(answer.body(), 0, all, bytes.length, answer.body().length);
    out.write(all);
    out.flush();
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(required(in).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!required(in).isEmpty()) {
          // Trailers are not needed here.
        }
        return body.toByteArray();
      }
      body.write(exactly(in, size));
      required(in);
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private static String required(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      throw new EOFException("the request ended early");
    }
    return line;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    int c;
    while ((c = in.read()) != '\n') {
      if (c < 0) {
        return null;
      }
      if (line.length() > MAX_LINE) {
        throw new IOException("a line is too long");
      }
      line.append((char) c);
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.toString();
  }
}
