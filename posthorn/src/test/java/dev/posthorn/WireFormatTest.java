package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.wire.WireFormat;
import dev.posthorn.testkit.receiver.Receiver;
import org.junit.jupiter.api.Test;

class WireFormatTest extends ApiTest {
  @Test
  void anEndpointWhoseWireFormatIsNotThereHoldsItsDeliveriesAndNobodyElses() {
    WireFormat plain = new PlainFormat();
    Receipt held;
    try (Receiver receiver = Receiver.start()) {
      try (Posthorn posthorn = Posthorn.open(options().toBuilder().addWireFormat(plain).build())) {
        posthorn
            .endpoints()
            .add(NewEndpoint.builder(receiver.url("/plain")).wireFormat("plain").build());
      }
      try (Posthorn posthorn = Posthorn.open(options())) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/standard")));
        held = posthorn.send("a.b", "{}");
        receiver.awaitRequests(1);
        assertThat(receiver.requests().get(0).path()).isEqualTo("/standard");
      }
      try (Posthorn posthorn = Posthorn.open(options().toBuilder().addWireFormat(plain).build())) {
        awaitState(posthorn, held, DeliveryState.SUCCEEDED);
        assertThat(receiver.count()).isEqualTo(2);
      }
    }
  }

  @Test
  void aWireFormatThatFailsFailsItsEndpointAlone() {
    WireFormat failing =
        new PlainFormat() {
          @Override
          public String generateSecret() {
            throw new IllegalStateException("no randomness today");
          }
        };
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options().toBuilder().addWireFormat(failing).build())) {
      assertRefused(
          Reason.STORE_FAILED,
          "no randomness today",
          () ->
              posthorn
                  .endpoints()
                  .add(NewEndpoint.builder(receiver.url("/")).wireFormat("plain").build()));
      assertThat(posthorn.endpoints().list()).isEmpty();
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      awaitState(posthorn, posthorn.send("a.b", "{}"), DeliveryState.SUCCEEDED);
    }
  }
}
