package dev.posthorn.bench.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A connection to the API that waits for each answer: to set things up and to look at them. */
public final class ApiConnection implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final String token;

  /** An answer of the API. */
  public record Reply(int status, String body) {

    /** Returns this if its status is 2xx. */
    public Reply good() throws IOException {
      if (status / 100 != 2) {
        throw new IOException("the API answered " + status + " " + body);
      }
      return this;
    }

    /** Returns the first text of a JSON property. */
    public String text(String name) throws IOException {
      Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(body);
      if (!found.find()) {
        throw new IOException("no " + name + " in " + body);
      }
      return found.group(1);
    }
  }

  /** Connects to a port of this machine; every request has the token. */
  public ApiConnection(int port, String token) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.token = token;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Asks for a path. */
  public Reply get(String path) throws IOException {
    return send("GET", path, "");
  }

  /** Posts JSON. */
  public Reply post(String path, String json) throws IOException {
    return send("POST", path, json);
  }

  /** Changes parts of what a path names. */
  public Reply patch(String path, String json) throws IOException {
    return send("PATCH", path, json);
  }

  /** Creates event types with some prefix and the numbers from 0 on: endpoints can name them. */
  public void createEventTypes(String prefix, int count) throws IOException {
    String types =
        IntStream.range(0, count)
            .mapToObj(i -> "{\"name\":\"" + prefix + i + "\",\"description\":\"\"}")
            .collect(Collectors.joining(","));
    post("/api/v1/environment/import", "{\"eventTypes\":[" + types + "]}").good();
  }

  private Reply send(String method, String path, String json) throws IOException {
    byte[] request = request(method, path, token, json);
    socket.getOutputStream().write(request);
    String head = head();
    Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return new Reply(
        Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
  }

  /** Returns the bytes of a request. */
  public static byte[] request(String method, String path, String token, String json) {
    return (method
            + " "
            + path
            + " HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer "
            + token
            + "\r\ncontent-type: application/json\r\ncontent-length: "
            + json.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + json)
        .getBytes(StandardCharsets.UTF_8);
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder(256);
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
