package dev.posthorn.server.api.common;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Hash of a request's body that ignores the order of names, white space and escapes in JSON,
 * because a client that repeats a request may serialize it again. Numbers are compared as written,
 * like stored payloads; a body that is not JSON is compared byte by byte.
 *
 * <p>Values are converted to a canonical form, with the members of an object sorted by name. A long
 * value is replaced by its hash in the enclosing object or list, so that the effort is linear in
 * the length of the body.
 */
final class RequestHash {
  private static final int LONG = 256;
  private static final int MOST_AT_FIRST = 64 << 10;

  private final MessageDigest sha = sha256();
  private final JsonParser json;
  private byte[] out;
  private int length;

  /** The position of an object's member in the bytes. */
  private record Member(String name, int from, int to) {}

  private RequestHash(JsonParser json, int bytes) {
    this.json = json;
    this.out = new byte[Math.min(bytes, MOST_AT_FIRST) + LONG];
  }

  /** Returns the hash of a body. */
  static byte[] of(byte[] body) {
    try (JsonParser json = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != null) {
        RequestHash hash = new RequestHash(json, body.length);
        hash.value();
        if (json.nextToken() == null) {
          return hash.since(0);
        }
      }
    } catch (JacksonException e) {
      // Not JSON; the operation decides whether that is valid.
    }
    return sha256().digest(body);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }

  private void value() {
    JsonToken token = json.currentToken();
    switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> text('s', json.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text('n', json.getString());
      default -> text('w', token.asString()); // true, false, null
    }
  }

  private void array() {
    int start = length;
    put('[');
    while (json.nextToken() != JsonToken.END_ARRAY) {
      value();
    }
    put(']');
    shorten(start);
  }

  private void object() {
    int start = length;
    put('{');
    int first = length;
    List<Member> members = new ArrayList<>();
    boolean sorted = true;
    for (String name; (name = json.nextName()) != null; ) {
      int from = length;
      text('s', name);
      json.nextToken();
      value();
      sorted &= members.isEmpty() || members.getLast().name.compareTo(name) <= 0;
      members.add(new Member(name, from, length));
    }
    if (!sorted) {
      sort(first, members);
    }
    put('}');
    shorten(start);
  }

  private void sort(int first, List<Member> members) {
    byte[] unsorted = Arrays.copyOfRange(out, first, length);
    members.sort(Comparator.comparing(Member::name));
    int at = first;
    for (Member member : members) {
      int size = member.to - member.from;
      System.arraycopy(unsorted, member.from - first, out, at, size);
      at += size;
    }
  }

  /** Replaces the value that begins at a position by its hash if it is long. */
  private void shorten(int start) {
    if (length - start > LONG) {
      byte[] hash = since(start);
      length = start;
      put('#');
      put(hash);
    }
  }

  private byte[] since(int start) {
    sha.update(out, start, length - start);
    return sha.digest();
  }

  private void text(char kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(kind);
    room(Integer.BYTES);
    ByteBuffer.wrap(out).putInt(length, bytes.length);
    length += Integer.BYTES;
    put(bytes);
  }

  private void put(char c) {
    room(1);
    out[length] = (byte) c;
    length++;
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void room(int bytes) {
    if (length + bytes > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + bytes));
    }
  }
}
