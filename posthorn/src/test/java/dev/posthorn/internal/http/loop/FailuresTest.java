package dev.posthorn.internal.http.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.transport.ErrorClass.Resource;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void noSocketToBeHadIsThisProcesssOwnShortage() {
    List<Throwable> own =
        List.of(
            new ChannelException(
                new IOException("newSocketStream(..) failed: Too many open files")),
            new IOException("No file descriptors available"),
            new ConnectException("connect(..) failed: No buffer space available"),
            new IOException("Cannot allocate memory"));
    assertThat(own).extracting(Failures::lacking).containsOnly(Resource.DESCRIPTORS);
    assertThat(Failures.lacking(new RuntimeException(new OutOfMemoryError())))
        .isEqualTo(Resource.MEMORY);
  }

  @Test
  void noPortThatIsFreeIsToo() throws Exception {
    Throwable cause = new ConnectException("connect(..) failed: Cannot assign requested address");
    assertThat(Failures.lacking(cause, InetAddress.getByName("192.0.2.1")))
        .isEqualTo(Resource.CONNECTIONS);
  }

  @Test
  void aMachineWithoutAnAddressOfIpv6HasNoWayThere() throws Exception {
    Throwable cause = new ConnectException("connect(..) failed: Cannot assign requested address");
    assertThat(Failures.lacking(cause, InetAddress.getByName("2001:db8::1"))).isNull();
  }

  @Test
  void noPlaceForWhatTakesLongIsToo() {
    assertThat(Failures.lacking(new DecoderException(new RejectedExecutionException())))
        .isEqualTo(Resource.WORKERS);
  }

  @Test
  void whatAReceiverOrItsNetworkDoesIsNot() {
    List<Throwable> theirs =
        List.of(
            new ConnectException("connect(..) failed: Connection refused"),
            new ConnectException("connect(..) failed: Network is unreachable"),
            new IllegalStateException("Too many open files"));
    assertThat(theirs).extracting(Failures::lacking).containsOnlyNulls();
  }
}
