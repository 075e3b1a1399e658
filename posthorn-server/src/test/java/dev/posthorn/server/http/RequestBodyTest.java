package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static final int MOST = 100_000;

  private final TestDoor door =
      new TestDoor(
          TestFront.LIMITS.toBuilder().bodyBytes(MOST).connections(10).heldBytes(2 * MOST).build(),
          System::nanoTime);
  private final TestDoor.Visitor visitor = door.from("10.0.0.1");

  private RequestBody body(Operation.Body kind) {
    Operation.Docs docs = new Operation.Docs("", "", List.of(), null, List.of());
    Operation operation =
        new Operation(
                "a",
                "POST",
                "/a",
                Operation.Access.PUBLIC,
                docs,
                new Operation.Blocking(call -> Answer.empty(204)))
            .withBody(kind);
    return new RequestBody(visitor.connection(), operation, door.limits);
  }

  private long held() {
    return door.connections.room().held();
  }

  @Test
  void isWhatCameWhateverThePartsAndTheLengthAre() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      byte[] sent = new byte[random.nextInt(20_000)];
      random.nextBytes(sent);
      RequestBody body = body(Operation.Body.MESSAGE);
      if (random.nextBoolean()) {
        body.expect(sent.length);
      }
      for (int from = 0; from < sent.length; ) {
        int to = Math.min(sent.length, from + 1 + random.nextInt(8_192));
        body.add(Buffer.buffer(Arrays.copyOfRange(sent, from, to)));
        from = to;
      }
      assertThat(held()).isBetween((long) sent.length, 2L * sent.length);
      assertThat(body.take()).isEqualTo(sent);
      body.forget();
      assertThat(held()).isZero();
    }
  }

  @Test
  void holdsNothingForWhatHasYetToCome() {
    RequestBody body = body(Operation.Body.MESSAGE);
    body.expect(MOST);
    body.add(Buffer.buffer(new byte[1_000]));
    assertThat(held()).isEqualTo(1_000);
    body.add(Buffer.buffer(new byte[1]));
    assertThat(held()).isEqualTo(2_000);
  }

  @Test
  void holdsNoMoreThanItsLength() {
    RequestBody body = body(Operation.Body.MESSAGE);
    body.expect(1_200);
    body.add(Buffer.buffer(new byte[1_000]));
    body.add(Buffer.buffer(new byte[100]));
    assertThat(held()).isEqualTo(1_200);
  }

  @Test
  void holdsNothingIfItMeansNothing() {
    RequestBody body = body(Operation.Body.NONE);
    body.add(Buffer.buffer(new byte[1_000]));
    body.add(Buffer.buffer(new byte[1_000]));
    assertThat(held()).isZero();
    assertThat(body.take()).isEmpty();
  }

  @Test
  void isRefusedBeyondItsBound() {
    RequestBody body = body(Operation.Body.MESSAGE);
    assertThatThrownBy(() -> body.expect(MOST + 1)).isInstanceOf(ApiError.class);
    body.add(Buffer.buffer(new byte[MOST]));
    assertThatThrownBy(() -> body.add(Buffer.buffer(new byte[1])))
        .hasMessage("the body is larger than the limit of 100000 bytes");
    body.forget();
    assertThat(held()).isZero();
  }
}
