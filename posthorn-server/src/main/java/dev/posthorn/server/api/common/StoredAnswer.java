package dev.posthorn.server.api.common;

import dev.posthorn.server.http.Answer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Serialized form of an answer that can be repeated: two bytes of status, then the JSON body. */
final class StoredAnswer {
  private StoredAnswer() {}

  static byte[] bytes(Answer answer) {
    return ByteBuffer.allocate(2 + answer.body().length)
        .putShort((short) answer.status())
        .put(answer.body())
        .array();
  }

  static Answer answer(byte[] bytes) {
    int status = ByteBuffer.wrap(bytes).getShort();
    return bytes.length == 2
        ? Answer.empty(status)
        : Answer.jsonBytes(status, Arrays.copyOfRange(bytes, 2, bytes.length));
  }
}
