package dev.posthorn.internal.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseReaderTest {

  /** Lines end with a bar for CR and LF, or with an underscore for LF alone. */
  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK|content-length: 2||ok', 200 ok over keeps",
    "'HTTP/1.1 200|Content-Length:2||ok', 200 ok over keeps",
    "'HTTP/1.1 200 OK|content-length: 2||okHTTP', 200 ok over keeps +4",
    "'HTTP/1.1 204 |||', 204 over keeps +2",
    "'HTTP/1.1 204 No|content-length: 0||', 204 over keeps",
    "'HTTP/1.1 204 No|content-length: 2||ok', 204 over +2",
    "'HTTP/1.1 204 No|transfer-encoding: chunked||', 204 over",
    "'HTTP/1.1 204 No|content-length: x||', 204 over keeps",
    "'HTTP/1.1 304 |content-length: 0||', 304 over keeps",
    "'HTTP/1.1 200 OK|connection: Close|content-length: 0||', 200 over",
    "'HTTP/1.1 200 OK|connection: x, close|content-length: 0||', 200 over",
    "'HTTP/1.1 200 OK|keep-alive: max=3, timeout=7|content-length: 0||', 200 over keeps 7 s",
    "'HTTP/1.0 200 OK|content-length: 0||', 200 over",
    "'HTTP/1.0 200 OK|connection: Keep-Alive|content-length: 0||', 200 over keeps",
    "'HTTP/1.0 200 OK||hello', 200 hello rest",
    "'HTTP/2.0 200 OK|content-length: 0||', 200 over",
    "'HTTP/1.1 200 OK||hello', 200 hello rest",
    "'HTTP/1.1 200 OK|transfer-encoding: gzip||hello', 200 hello rest",
    "'HTTP/1.1 200 OK|transfer-encoding: gzip, Chunked||1|h|0||', 200 h over keeps",
    "'HTTP/1.1 200 OK|transfer-encoding: chunked||2;x=y|he|A|0123456789|0|a: b||', "
        + "200 he0123456789 over keeps",
    "'HTTP/1.1 200 OK_transfer-encoding: chunked__2_he_0__', 200 he over keeps",
    "'HTTP/1.1 200 OK|transfer-encoding: chunked|content-length: 9||2|he|0||', 200 he over",
    "'HTTP/1.1 200 OK|transfer-encoding: chunked||2|hello|', "
        + "200 he a chunk does not end where its size says",
    "'HTTP/1.1 200 OK|transfer-encoding: chunked||-2|he|', 200 a chunk has no size",
    "'HTTP/1.1 200 OK|transfer-encoding: chunked|||', 200 a chunk has no size",
    "'HTTP/1.1 200 OK|content-length: 2|content-length: 2||ok', 200 ok over keeps",
    "'HTTP/1.1 200 OK|content-length: 2, 2||ok', 200 ok over keeps",
    "'HTTP/1.1 200 OK|content-length: 2|content-length: 3||ok!', "
        + "its Content-Length is not a single number",
    "'HTTP/1.1 200 OK|content-length: 2,||ok', its Content-Length is not a single number",
    "'HTTP/1.1 200 OK|content-length: +2||ok', its Content-Length is not a single number",
    "'HTTP/1.1 200 OK|content-length: 2| 3||ok', its Content-Length is not a single number",
    "'HTTP/1.1 200 OK|content-length: 9999999999999999||', its Content-Length is not a single number",
    "'HTTP/1.1 200 OK|no header|content-length: 0||', 200 over",
    "'HTTP/1.1 200 OK|content-length : 0||', 200 over",
    "'HTTP/1.1 200 OK|a: b| c|content-length: 0||', 200 over",
    "'||HTTP/1.1 200 OK|content-length: 0||', 200 over keeps",
    "'HTTP/1.1 103 Hints|link: x||HTTP/1.1 200 OK|content-length: 0||', 200 over keeps",
    "'HTTP/1.1 200 OK|retry-after:  7 |content-length: 0||', 200 after 7 over keeps",
    "'HTTP/1.1 200 OK|Content-Type: text/plain|content-length: 0||', "
        + "200 text/plain over keeps",
    "'HTTP/1.1 101 Switching||', it has the status 101",
    "'HTTP/1.1 099 Low||', it has the status 99",
    "'HTTP/1.1 99 Low||', it begins with 'HTTP/1.1 99 Low'",
    "'HTTP/1.1 1000 High||', it begins with 'HTTP/1.1 1000 High'",
    "'HTTP/1.1|', it begins with 'HTTP/1.1'",
    "'OKHTTP/1.1 204 No||', it begins with 'OKHTTP/1.1 204 No'"
  })
  void readsTheSameHoweverItComes(String text, String expected) {
    byte[] bytes =
        text.replace("|", "\r\n").replace("_", "\n").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(Read.of(bytes, bytes.length)).isEqualTo(expected);
    for (int piece = 1; piece < 5; piece++) {
      assertThat(Read.of(bytes, piece)).isEqualTo(expected);
    }
  }

  /** Records the parts of a response, in words. */
  private static final class Read implements ResponseReader.Sink {
    private final StringBuilder words = new StringBuilder();

    static String of(byte[] bytes, int piece) {
      ResponseReader reader = new ResponseReader();
      Read read = new Read();
      reader.begin();
      ByteBuf in = Unpooled.buffer();
      try {
        for (int at = 0; at < bytes.length; at += piece) {
          in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
          reader.read(in, read);
        }
      } catch (MalformedResponse e) {
        return read.and(e.getMessage());
      }
      if (reader.endsWithConnection()) {
        return read.and("rest");
      }
      read.and(reader.isOver() ? "over" : null);
      read.and(reader.keeps() ? "keeps" : null);
      read.and(reader.keepSeconds() < 0 ? null : reader.keepSeconds() + " s");
      return read.and(in.isReadable() ? "+" + in.readableBytes() : null);
    }

    private String and(@Nullable String word) {
      if (word != null) {
        words.append(words.isEmpty() || words.toString().endsWith(" ") ? "" : " ").append(word);
      }
      return words.toString().strip();
    }

    @Override
    public boolean interim() {
      return true;
    }

    @Override
    public void head(int status, @Nullable String retryAfter, @Nullable String contentType) {
      and(Integer.toString(status));
      and(retryAfter == null ? null : "after " + retryAfter);
      and(contentType);
      words.append(' ');
    }

    @Override
    public void body(ByteBuf content, int bytes) {
      words.append(content.readCharSequence(bytes, StandardCharsets.US_ASCII));
    }
  }
}
