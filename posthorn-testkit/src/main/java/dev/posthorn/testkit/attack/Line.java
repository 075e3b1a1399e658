package dev.posthorn.testkit.attack;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A connection to a port of this machine, on which anything can be said. */
final class Line implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("content-length: *(\\d+)");
  private static final Pattern CLOSES = Pattern.compile("connection: *close");

  private final Socket socket = new Socket();
  private final InputStream in;
  private boolean ends;

  /**
   * Connects.
   *
   * @param from the address of this machine that it comes from
   * @param receiveBuffer how many bytes may come without being read; 0 for what the system gives
   * @param patienceMillis how long something read may take
   */
  Line(int port, InetAddress from, int receiveBuffer, int patienceMillis) throws IOException {
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), patienceMillis);
      socket.setSoTimeout(patienceMillis);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Returns the head of a request. */
  static byte[] head(String method, String path, @Nullable String token, int length) {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            + (token == null ? "" : "authorization: Bearer " + token + "\r\n")
            + "content-type: application/json\r\ncontent-length: "
            + length
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a request and waits for its answer. */
  Reply ask(String method, String path, @Nullable String token, byte[] body) throws IOException {
    send(head(method, path, token, body.length));
    send(body);
    return read();
  }

  void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
  }

  Reply read() throws IOException {
    String head = readHead();
    String lower = head.toLowerCase(Locale.ROOT);
    Matcher length = LENGTH.matcher(lower);
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    ends = CLOSES.matcher(lower).find();
    return new Reply(
        Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
  }

  /** Returns whether the server has said that it closes the connection. */
  boolean ends() {
    return ends;
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder(256);
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection after \"" + head + "\"");
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
