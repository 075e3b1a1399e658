package dev.posthorn.testkit.receiver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A DNS server on 127.0.0.1 that answers over UDP as a function says, and records the questions.
 *
 * <pre>{@code
 * try (NameServer server = NameServer.answering(name -> NameServer.Reply.HERE)) {
 *   Files.writeString(resolvConf, server.line());
 * }
 * }</pre>
 */
public final class NameServer implements AutoCloseable {
  private static final int A = 1;
  private static final int NS = 2;
  private static final int NO_SUCH_NAME = 3;

  /** The offset of the name in the question. */
  private static final int QUESTION = 0xc00c;

  private static final byte[] SERVER = {2, 'n', 's', 4, 't', 'e', 's', 't', 0};
  private static final int MOST_BYTES = 512;
  private static final byte[] ADDRESS = {127, 0, 0, 1};

  /** The kind of answer. */
  public enum Reply {
    /** The name has the address 127.0.0.1. */
    HERE,
    /** The name does not exist. */
    NOWHERE,
    /** Refers the client to another server at 127.0.0.1, port 53. */
    ELSEWHERE,
    /** No answer. */
    SILENCE
  }

  /**
   * A question for an IPv4 address.
   *
   * @param name the name in lower case, with a trailing dot
   * @param port the client's port
   */
  public record Question(String name, int port) {}

  private final Function<String, Reply> replies;
  private final DatagramSocket socket;
  private final List<Question> questions = new CopyOnWriteArrayList<>();

  private NameServer(Function<String, Reply> replies) {
    this.replies = replies;
    try {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(ADDRESS), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server; the function receives names in lower case, with a trailing dot. */
  public static NameServer answering(Function<String, Reply> replies) {
    NameServer server = new NameServer(replies);
    Thread.ofVirtual().name("posthorn-name-server").start(server::serve);
    return server;
  }

  /** Returns the line of a {@code resolv.conf} that leads to this server. */
  public String line() {
    return "nameserver [127.0.0.1]:" + socket.getLocalPort() + "\n";
  }

  /** Returns the questions for IPv4 addresses, in order. */
  public List<Question> questions() {
    return questions;
  }

  /** Returns the names in questions for IPv4 addresses, in order. */
  public List<String> names() {
    return questions.stream().map(Question::name).toList();
  }

  private void serve() {
    byte[] bytes = new byte[MOST_BYTES];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        ByteBuffer question = ByteBuffer.wrap(bytes, 0, packet.getLength());
        byte[] answer = answer(question, packet.getPort());
        if (answer.length > 0) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // The server is closed, or the client is gone.
      }
    }
  }

  private byte[] answer(ByteBuffer question, int port) {
    short id = question.getShort();
    String name = name(question.position(12));
    boolean isIpv4 = question.getShort() == A;
    int end = question.position() + 2; // the class
    if (isIpv4) {
      questions.add(new Question(name, port));
    }
    Reply reply = replies.apply(name);
    if (reply == Reply.SILENCE) {
      return new byte[0];
    }
    boolean isHere = reply == Reply.HERE && isIpv4;
    boolean isElsewhere = reply == Reply.ELSEWHERE;
    int flags = reply == Reply.NOWHERE ? 0x8580 | NO_SUCH_NAME : isElsewhere ? 0x8180 : 0x8580;
    ByteBuffer answer = ByteBuffer.allocate(MOST_BYTES);
    answer.putShort(id).putShort((short) flags);
    answer.putShort((short) 1).putShort((short) (isHere ? 1 : 0));
    answer.putShort((short) (isElsewhere ? 1 : 0)).putShort((short) (isElsewhere ? 1 : 0));
    answer.put(question.slice(12, end - 12));
    if (isElsewhere) {
      answer.putShort((short) QUESTION).putShort((short) NS).putShort((short) 1).putInt(1);
      answer.putShort((short) SERVER.length).put(SERVER);
    }
    if (isHere || isElsewhere) {
      answer.put(isHere ? new byte[] {(byte) (QUESTION >> 8), (byte) QUESTION} : SERVER);
      answer.putShort((short) A).putShort((short) 1).putInt(1);
      answer.putShort((short) ADDRESS.length).put(ADDRESS);
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  private static String name(ByteBuffer question) {
    StringBuilder name = new StringBuilder();
    for (int length = question.get(); length > 0; length = question.get()) {
      byte[] label = new byte[length];
      question.get(label);
      name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    socket.close();
  }
}
