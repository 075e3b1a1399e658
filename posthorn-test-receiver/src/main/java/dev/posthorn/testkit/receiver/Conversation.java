package dev.posthorn.testkit.receiver;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** One connection to a {@link HostileReceiver}, with the actions that misbehaviors consist of. */
final class Conversation {

  private static final int BLOCK = 16 * 1024;
  private static final int PAUSE_MILLIS = 100;

  private final HostileReceiver receiver;
  private Socket socket;
  private InputStream in;
  private OutputStream out;

  Conversation(Socket socket, HostileReceiver receiver) throws IOException {
    this.socket = socket;
    this.receiver = receiver;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Starts TLS. */
  Conversation secure() throws IOException {
    SSLSocket secured =
        (SSLSocket)
            receiver
                .certificate()
                .serverContext()
                .getSocketFactory()
                .createSocket(socket, null, socket.getPort(), true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    socket = secured;
    in = new BufferedInputStream(secured.getInputStream());
    out = secured.getOutputStream();
    return this;
  }

  /** Reads a complete request; ends the conversation if none arrives. */
  Conversation readRequest() throws IOException {
    if (Wire.read(in, 0) == null) {
      throw new IOException("the peer has closed");
    }
    receiver.requests.incrementAndGet();
    return this;
  }

  /** Reads the first data, such as a TLS greeting. */
  Conversation readSomething() throws IOException {
    if (in.read() < 0) {
      throw new IOException("the peer has closed");
    }
    return this;
  }

  Conversation send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Conversation send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    receiver.sent.addAndGet(bytes.length);
    return this;
  }

  /** Sends {@code text} again and again until the peer stops reading. */
  void sendForever(String text) throws IOException {
    byte[] block =
        text.repeat(Math.max(1, BLOCK / text.length())).getBytes(StandardCharsets.ISO_8859_1);
    while (true) {
      send(block);
    }
  }

  /** Sends one byte per second. */
  void drip(String text) throws IOException, InterruptedException {
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      send(new byte[] {b});
      if (receiver.closed.await(1, TimeUnit.SECONDS)) {
        return;
      }
    }
  }

  /** Gives the peer time to read the sent data, which a reset would discard. */
  Conversation pause() throws InterruptedException {
    receiver.closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Does nothing until the receiver is closed or the peer is gone. */
  void hang() throws IOException {
    while (in.read() >= 0) {
      // Further data from the peer is ignored.
    }
  }

  /** Does nothing, and does not even read, until the receiver is closed. */
  void ignore() throws InterruptedException {
    receiver.closed.await();
  }

  /** Ends the connection with a reset, as a crashed program does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
