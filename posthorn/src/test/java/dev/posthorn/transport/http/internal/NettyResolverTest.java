package dev.posthorn.transport.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyResolverTest {
  private static final int NAMES = 16;

  /** A name server that finds 127.0.0.7 for every name, and notes where questions come from. */
  private static final class NameServer implements AutoCloseable {
    final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final DatagramSocket socket;
    private final Thread thread = new Thread(this::serve, "name-server");

    NameServer() throws SocketException {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      thread.start();
    }

    InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    private void serve() {
      byte[] bytes = new byte[512];
      while (!socket.isClosed()) {
        try {
          DatagramPacket question = new DatagramPacket(bytes, bytes.length);
          socket.receive(question);
          byte[] answer = answer(ByteBuffer.wrap(bytes, 0, question.getLength()), question);
          socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
        } catch (IOException e) {
          return; // it is closed
        }
      }
    }

    private byte[] answer(ByteBuffer question, DatagramPacket from) {
      short id = question.getShort();
      question.position(12);
      StringBuilder name = new StringBuilder();
      for (int length = question.get(); length > 0; length = question.get()) {
        byte[] label = new byte[length];
        question.get(label);
        name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
      }
      boolean ipv4 = question.getShort() == 1;
      int end = question.position() + 2; // the class
      if (ipv4) {
        ports.put(name.toString(), from.getPort());
      }
      ByteBuffer answer = ByteBuffer.allocate(end + 16);
      answer.putShort(id).putShort((short) 0x8180);
      answer.putShort((short) 1).putShort((short) (ipv4 ? 1 : 0)).putInt(0);
      answer.put(question.slice(12, end - 12));
      if (ipv4) {
        answer.putShort((short) 0xc00c).putShort((short) 1).putShort((short) 1).putInt(1);
        answer.putShort((short) 4).put(new byte[] {127, 0, 0, 7});
      }
      byte[] sent = new byte[answer.position()];
      answer.flip().get(sent);
      return sent;
    }

    @Override
    public void close() throws InterruptedException {
      socket.close();
      thread.join();
    }
  }

  /** Forged answers have to guess the port that the question came from. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachLookUpHasAPortOfItsOwn(boolean nativeIo) throws Exception {
    Io io = Io.best(nativeIo);
    try (NameServer server = new NameServer();
        NettyScheduler scheduler = NettyScheduler.start(1, io);
        NettyResolver resolver =
            new NettyResolver(
                (EventLoop) scheduler.nettyLoops().getFirst().executor,
                io,
                new SingletonDnsServerAddressStreamProvider(server.address()))) {
      Set<Integer> ports = new HashSet<>();
      int changes = 0;
      int last = 0;
      for (int i = 0; i < NAMES; i++) {
        String name = "name" + i + ".test.";
        List<InetAddress> found =
            resolver.resolve(name).toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(found).extracting(InetAddress::getHostAddress).containsExactly("127.0.0.7");
        int port = server.ports.getOrDefault(name, 0);
        changes += port == last ? 0 : 1;
        ports.add(port);
        last = port;
      }
      // The operating system chooses at random, so that two may be the same, but hardly many.
      assertThat(changes).isGreaterThan(NAMES - 3);
      assertThat(ports).hasSizeGreaterThan(NAMES / 2);
    }
  }
}
