package dev.posthorn.testkit.receiver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** A way in which a receiver can be slow, broken or hostile. */
public enum Misbehavior {
  /** Listens, but its accept queue is full, so that no connection is established. */
  NEVER_ACCEPT(c -> {}),
  /** Accepts, and reads nothing. */
  HANG_ON_ACCEPT(Conversation::ignore),
  /** Reads the request, and sends no answer. */
  HANG_AFTER_REQUEST(c -> c.readRequest().hang()),
  /** Sends headers that announce a body, and no body. */
  HANG_AFTER_HEADERS(c -> c.readRequest().send(ok("content-length: 10")).hang()),
  /** Sends half a body. */
  HANG_IN_BODY(c -> c.readRequest().send(ok("content-length: 10") + "12345").hang()),
  /** Resets the connection immediately. */
  RESET_ON_ACCEPT(Conversation::reset),
  /** Resets the connection after the request. */
  RESET_AFTER_REQUEST(c -> c.readRequest().reset()),
  /** Resets the connection in the middle of the headers. */
  RESET_IN_HEADERS(c -> c.readRequest().send("HTTP/1.1 200 OK\r\nserver:").pause().reset()),
  /** Resets the connection between headers and body. */
  RESET_AFTER_HEADERS(c -> c.readRequest().send(ok("content-length: 10")).pause().reset()),
  /** Resets the connection in the middle of the body. */
  RESET_IN_BODY(c -> c.readRequest().send(ok("content-length: 10") + "12345").pause().reset()),
  /** Closes the connection immediately. */
  CLOSE_ON_ACCEPT(c -> {}),
  /** Closes the connection after the request. */
  CLOSE_AFTER_REQUEST(Conversation::readRequest),
  /** Closes the connection in the middle of the headers. */
  CLOSE_IN_HEADERS(c -> c.readRequest().send("HTTP/1.1 200 OK\r\nserver:")),
  /** Announces more bytes than it sends before it closes. */
  CLOSE_IN_BODY(c -> c.readRequest().send(ok("content-length: 10") + "12345")),
  /** Announces keep-alive, but closes the connection after each response. */
  CLOSE_WHEN_IDLE(c -> c.readRequest().send(ok("content-length: 0"))),
  /** Sends the status line and the headers one byte per second. */
  DRIP_HEADERS(c -> c.readRequest().drip(ok("content-length: 0"))),
  /** Sends the body one byte per second. */
  DRIP_BODY(c -> c.readRequest().send(ok("content-length: 1000")).drip("x".repeat(1000))),
  /** Sends an endless body. */
  ENDLESS_BODY(c -> c.readRequest().send(ok("connection: close")).sendForever("x")),
  /** Sends endless chunks. */
  ENDLESS_CHUNKS(
      c -> c.readRequest().send(ok("transfer-encoding: chunked")).sendForever("4\r\nxxxx\r\n")),
  /** Sends endless headers. */
  ENDLESS_HEADERS(c -> c.readRequest().send("HTTP/1.1 200 OK\r\n").sendForever("x-more: y\r\n")),
  /** Sends one endless header. */
  HUGE_HEADER(c -> c.readRequest().send("HTTP/1.1 200 OK\r\nx-huge: ").sendForever("y")),
  /** Sends an endless status line. */
  HUGE_STATUS_LINE(c -> c.readRequest().send("HTTP/1.1 200 ").sendForever("O")),
  /** Sends endless trailers. */
  ENDLESS_TRAILERS(
      c ->
          c.readRequest()
              .send(ok("transfer-encoding: chunked") + "0\r\n")
              .sendForever("x-more: y\r\n")),
  /** Answers with something that is not HTTP. */
  GARBAGE(c -> c.readRequest().send("\0\1\2 this is not HTTP \377\r\n\r\n")),
  /** Answers like HTTP before 1.0: with a body only. */
  HTTP_0_9(c -> c.readRequest().send("<html>hello</html>\r\n")),
  /** Answers in HTTP/1.0: a body that ends with the connection. */
  HTTP_1_0(c -> c.readRequest().send("HTTP/1.0 200 OK\r\n\r\nhello")),
  /** Sends two different lengths. */
  CONFLICTING_LENGTHS(
      c -> c.readRequest().send(ok("content-length: 5\r\ncontent-length: 6") + "hello!").hang()),
  /** Sends a length that is not a number. */
  INVALID_LENGTH(c -> c.readRequest().send(ok("content-length: -5") + "hello").hang()),
  /** Sends an unsolicited second response right after the first. */
  SECOND_RESPONSE(
      c -> {
        c.readRequest();
        String evil = "HTTP/1.1 500 Evil\r\ncontent-length: 4\r\n\r\nevil";
        c.send(ok("content-length: 2") + "ok" + evil);
        c.hang();
      }),
  /** Sends an unsolicited second response a moment after the first. */
  LATE_SECOND_RESPONSE(
      againAndAgain(
          c ->
              c.readRequest()
                  .send("HTTP/1.1 204 No Content\r\n\r\n")
                  .pause()
                  .send(ok("content-length: 2") + "ok"))),
  /** Sends a body with a status that allows none. */
  NO_CONTENT_WITH_BODY(
      againAndAgain(c -> c.readRequest().send("HTTP/1.1 204 No Content\r\n\r\nOK"))),
  /** Announces a body with a status that allows none, and sends it a moment later. */
  NO_CONTENT_WITH_LATE_CHUNKS(
      againAndAgain(
          c ->
              c.readRequest()
                  .send("HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n")
                  .pause()
                  .send("2\r\nOK\r\n0\r\n\r\n"))),
  /** Counts characters instead of bytes in its length. */
  LENGTH_IN_CHARACTERS(
      againAndAgain(c -> c.readRequest().send(ok("content-length: 4") + "caf\303\251"))),
  /** Ends its lines without a carriage return. */
  BARE_LINE_FEEDS(
      againAndAgain(c -> c.readRequest().send("HTTP/1.1 200 OK\ncontent-length: 2\n\nok"))),
  /** Sends the same length twice. */
  SAME_LENGTH_TWICE(
      againAndAgain(
          c -> c.readRequest().send(ok("content-length: 2\r\ncontent-length: 2, 2") + "ok"))),
  /** Sends a length along with chunks. */
  LENGTH_BESIDE_CHUNKS(
      againAndAgain(
          c ->
              c.readRequest()
                  .send(
                      ok("content-length: 7\r\ntransfer-encoding: chunked")
                          + "2\r\nok\r\n0\r\n\r\n"))),
  /** Sends 40 KB of headers. */
  MANY_HEADERS(
      againAndAgain(
          c ->
              c.readRequest()
                  .send(
                      ok(
                              "x-large: "
                                  + "y".repeat(20_000)
                                  + "\r\nx-more: y".repeat(2_000)
                                  + "\r\ncontent-length: 2")
                          + "ok"))),
  /** Sends lines that are not headers. */
  ODD_LINES(
      againAndAgain(
          c ->
              c.readRequest()
                  .send(ok("this is no header\r\n  goes on\r\ncontent-length : 2") + "ok"))),
  /** Sends a chunk whose size is not a number. */
  INVALID_CHUNK(
      c -> c.readRequest().send(ok("transfer-encoding: chunked") + "zz\r\nhello\r\n").hang()),
  /** Sends a status below the range of HTTP. */
  STATUS_99(c -> c.readRequest().send("HTTP/1.1 99 Low\r\ncontent-length: 0\r\n\r\n").hang()),
  /** Sends a status above the range of HTTP. */
  STATUS_1000(c -> c.readRequest().send("HTTP/1.1 1000 High\r\ncontent-length: 0\r\n\r\n").hang()),
  /** Sends endless interim responses. */
  ENDLESS_CONTINUES(c -> c.readRequest().sendForever("HTTP/1.1 100 Continue\r\n\r\n")),
  /** Sends unsolicited early hints, followed by a response. */
  EARLY_HINTS(
      c -> {
        c.readRequest();
        c.send("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n".repeat(3));
        c.send(ok("content-length: 2") + "ok");
      }),
  /** Switches to another protocol without being asked. */
  SWITCHING_PROTOCOLS(
      c -> c.readRequest().send("HTTP/1.1 101 Switching\r\nupgrade: evil\r\n\r\nevil").hang()),
  /** Answers immediately, and never reads the request. */
  RESPONSE_BEFORE_REQUEST(
      c -> {
        c.send(ok("content-length: 2") + "ok");
        c.ignore();
      }),
  /** Answers after the first byte of the request, and never reads the rest. */
  RESPONSE_WITHIN_REQUEST(
      c -> {
        c.readSomething();
        c.send("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n");
        c.ignore();
      }),
  /** Redirects to a forbidden address. */
  REDIRECT_TO_LOCALHOST(
      c ->
          c.readRequest()
              .send(
                  "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
              .hang()),
  /** Sends ten kilobytes that decompress to ten megabytes. */
  GZIP_BOMB(
      c -> {
        c.readRequest();
        byte[] bomb = bomb();
        c.send(ok("content-encoding: gzip\r\ncontent-length: " + bomb.length));
        c.send(bomb);
        c.hang();
      }),
  /** Accepts, and never answers the TLS greeting. */
  TLS_HANG(true, c -> c.readSomething().hang()),
  /** Answers the TLS greeting one byte per second. */
  TLS_DRIP(true, c -> c.readSomething().drip("\26\3\3\0\172\2\0\0\166\3\3")),
  /** Answers the TLS greeting with plain HTTP. */
  TLS_GARBAGE(
      true,
      c -> c.readSomething().send("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(100)).hang()),
  /** Closes the connection in the middle of the TLS handshake. */
  TLS_CLOSE(true, Conversation::readSomething),
  /** Resets the connection in the middle of the TLS handshake. */
  TLS_RESET(true, c -> c.readSomething().reset()),
  /** Presents a certificate for another name. */
  TLS_OTHER_NAME(true, c -> c.secure().readRequest().send(ok("content-length: 0")).hang());

  private final boolean tls;

  @SuppressWarnings("ImmutableEnumChecker") // Lambdas that capture nothing.
  private final Act act;

  Misbehavior(Act act) {
    this(false, act);
  }

  Misbehavior(boolean tls, Act act) {
    this.tls = tls;
    this.act = act;
  }

  /** Returns whether it needs TLS. */
  public boolean isTls() {
    return tls;
  }

  void act(Conversation conversation) throws IOException, InterruptedException {
    act.perform(conversation);
  }

  private static Act againAndAgain(Act each) {
    return c -> {
      while (true) {
        each.perform(c);
      }
    };
  }

  private static String ok(String headers) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n";
  }

  private static byte[] bomb() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new byte[10_000_000]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The misbehavior on a connection, which is closed afterwards. */
  @FunctionalInterface
  private interface Act {
    void perform(Conversation conversation) throws IOException, InterruptedException;
  }
}
