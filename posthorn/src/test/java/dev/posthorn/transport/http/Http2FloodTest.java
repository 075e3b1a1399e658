package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An HTTP/2 receiver that keeps one exchange waiting, and keeps sending a body for another long
 * after its reset. Frames are written by hand, since no library would write them.
 */
class Http2FloodTest {

  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_HEADERS = 4;
  private static final byte[] STATUS_200 = {(byte) 0x88};

  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger floods = new AtomicInteger();

  @TempDir private Path directory;

  @Test
  void is_cut_off_soon() throws Exception {
    TestCertificate certificate = TestCertificate.of("receiver.test");
    try (SSLServerSocket server =
            (SSLServerSocket)
                certificate
                    .serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Client client =
            new Client(
                Client.local()
                    .trustedCertificates(certificate.writePem(directory.resolve("ca.pem")))
                    .resolver(
                        host ->
                            CompletableFuture.completedStage(
                                List.of(InetAddress.getLoopbackAddress())))
                    .build())) {
      SSLParameters parameters = server.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      server.setSSLParameters(parameters);
      Thread.ofVirtual().start(() -> accept(server));
      String url = "https://receiver.test:" + server.getLocalPort() + "/";
      HttpRequest request =
          new HttpRequest(HttpTarget.parse(url), new String[0], new byte[0], Client.GENEROUS);

      CompletableFuture<ExchangeResult> waiting = client.start(request);
      CompletableFuture<ExchangeResult> flooded = client.start(request);

      assertThat(Client.get(flooded))
          .isInstanceOfSatisfying(
              ExchangeResult.Response.class,
              response -> assertThat(response.bodyError()).isNotNull());
      assertThat(Client.get(waiting)).isInstanceOf(ExchangeResult.Failure.class);
      client.awaitNoConnections();
      Await.until("the receiver notices", () -> floods.get() == 1);
      assertThat(sent.get()).isLessThan(12_000_000);
    }
  }

  private void accept(SSLServerSocket server) {
    try (SSLSocket socket = (SSLSocket) server.accept()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
      int second = secondStream(in);
      out.write(frame(HEADERS, END_HEADERS, second, STATUS_200));
      byte[] data = frame(0, 0, second, new byte[100]);
      while (true) {
        out.write(data);
        sent.addAndGet(data.length);
      }
    } catch (IOException e) {
      floods.incrementAndGet();
    }
  }

  /** Reads frames until a second request has arrived, and returns its stream. */
  private static int secondStream(DataInputStream in) throws IOException {
    int requests = 0;
    while (true) {
      int lengthAndType = in.readInt();
      in.readByte();
      int stream = in.readInt();
      in.skipNBytes(lengthAndType >>> 8);
      if ((lengthAndType & 0xff) == HEADERS && ++requests == 2) {
        return stream;
      }
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[1] = (byte) (payload.length >> 8);
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[7] = (byte) (stream >> 8);
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }
}
