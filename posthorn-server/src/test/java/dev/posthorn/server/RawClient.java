package dev.posthorn.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection on which a test sends exactly the bytes it wants. */
public final class RawClient implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param headers the headers, names in lower case
   * @param body the body
   */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    /** Returns a header, or null. */
    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** Returns the body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** Returns the body as JSON. */
    public JsonNode json() {
      return MAPPER.readTree(body);
    }
  }

  /** Connects to a port of this machine. */
  public RawClient(int port) {
    this(port, 0);
  }

  /** Connects with a receive buffer of a given size; 0 for the system's default. */
  public RawClient(int port, int receiveBuffer) {
    this(port, receiveBuffer, InetAddress.getLoopbackAddress());
  }

  private RawClient(int port, int receiveBuffer, InetAddress from) {
    try {
      socket = new Socket();
      socket.bind(new InetSocketAddress(from, 0));
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects from another address of this machine; on Linux, all of 127.0.0.0/8 work. */
  public static RawClient from(String address, int port) {
    try {
      return new RawClient(port, 0, InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a text, converting line ends to those of HTTP. */
  public RawClient send(String text) {
    return sendBytes(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public RawClient sendBytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads an answer with its body. */
  public Answer read() {
    return read(true);
  }

  /** Reads one line. */
  public String readLine() {
    try {
      return line();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads an answer without a body, such as one to HEAD. */
  public Answer readHead() {
    return read(false);
  }

  private Answer read(boolean withBody) {
    try {
      String first = line();
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line; !(line = line()).isEmpty(); ) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
      }
      String length = headers.getOrDefault("content-length", "0");
      byte[] body = withBody ? in.readNBytes(Integer.parseInt(length)) : new byte[0];
      return new Answer(Integer.parseInt(first.split(" ", -1)[1]), headers, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c; (c = in.read()) != '\n'; ) {
      if (c < 0) {
        throw new IOException("the server closed the connection after \"" + line + "\"");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Returns whether the server closes the connection without sending anything more. */
  public boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true; // reset
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
