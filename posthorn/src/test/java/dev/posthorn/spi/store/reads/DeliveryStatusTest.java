package dev.posthorn.spi.store.reads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.lang.reflect.Proxy;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeliveryStatusTest {
  private static final long MESSAGE = Ids.firstAt(1_000);

  private final List<AttemptRow> attempts = new ArrayList<>();
  private final List<LiveRow> live = new ArrayList<>();
  private int looks;

  /** Counts each access to an attempt. */
  private final class Watched extends AbstractList<AttemptRow> {
    @Override
    public AttemptRow get(int index) {
      looks++;
      return attempts.get(index);
    }

    @Override
    public int size() {
      return attempts.size();
    }
  }

  private final Set<LiveRow> cancelled = new HashSet<>();

  private PartitionReads reads() {
    return (PartitionReads)
        Proxy.newProxyInstance(
            PartitionReads.class.getClassLoader(),
            new Class<?>[] {PartitionReads.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "live" -> live;
                  case "attempts" -> new Watched();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private List<DeliveryStatus> statuses(int targets) {
    return DeliveryStatus.of(
        reads(),
        new MessageRow(
            MESSAGE,
            1,
            MessageSpec.of("t").withContentType("text/plain"),
            LongStream.rangeClosed(1, targets).toArray(),
            new byte[0]),
        cancelled::contains);
  }

  private void attempt(long time, long endpoint, DeliveryState state) {
    attempts.add(
        AttemptRow.of(Ids.firstAt(time) + attempts.size(), MESSAGE, MESSAGE + endpoint, endpoint)
            .state(state)
            .spent(1)
            .status(200)
            .build());
  }

  private void waits(long endpoint, long due) {
    live.add(row(endpoint, due, 1, AttemptKind.SCHEDULED));
  }

  private static LiveRow row(long endpoint, long due, int attempts, AttemptKind kind) {
    return LiveRow.parked(MESSAGE + endpoint, endpoint, MESSAGE, due, 9_000, kind)
        .withAttempts(attempts);
  }

  @Test
  void aLiveRowWaitsUnlessAnAttemptEndedItSince() {
    attempt(2_000, 1, DeliveryState.WAITING);
    waits(1, 2_500);
    attempt(2_000, 2, DeliveryState.SUCCEEDED);
    live.add(row(2, 3_000, 0, AttemptKind.REPLAY));
    attempt(2_000, 3, DeliveryState.FAILED);
    attempt(3_000, 3, DeliveryState.SUCCEEDED);
    waits(3, 2_500); // read before it ended
    attempt(2_000, 4, DeliveryState.FAILED);
    attempt(2_000, 6, DeliveryState.FAILED);
    live.add(row(6, 3_000, 0, AttemptKind.RECOVERY));
    assertThat(statuses(6))
        .extracting(DeliveryStatus::state)
        .containsExactly(
            DeliveryState.WAITING,
            DeliveryState.WAITING,
            DeliveryState.SUCCEEDED,
            DeliveryState.FAILED,
            DeliveryState.CANCELLED,
            DeliveryState.WAITING);
  }

  @Test
  void whatWasCancelledDoesNotWaitAndWhatEndedMeanwhileShowsItsEnd() {
    attempt(2_000, 1, DeliveryState.WAITING);
    waits(1, 90_000);
    attempt(2_000, 2, DeliveryState.SUCCEEDED);
    waits(2, 2_500);
    cancelled.addAll(live);
    attempt(3_000, 3, DeliveryState.CANCELLED);
    waits(3, 90_000); // the cancellation is no longer in force
    assertThat(statuses(3))
        .extracting(DeliveryStatus::state)
        .containsExactly(DeliveryState.CANCELLED, DeliveryState.SUCCEEDED, DeliveryState.CANCELLED);
  }

  @Test
  void whatWaitsWasAttemptedOnceAnAttemptWasMadeSpentOrNot() {
    waits(1, 2_500); // one was spent, whose row is not read
    live.add(row(2, 2_500, 0, AttemptKind.SCHEDULED));
    attempt(2_000, 3, DeliveryState.WAITING);
    live.add(row(3, 90_000, 0, AttemptKind.SCHEDULED)); // the receiver asked to come back later
    attempt(2_000, 4, DeliveryState.FAILED);
    live.add(row(4, 3_000, 0, AttemptKind.REPLAY));
    attempt(2_000, 5, DeliveryState.SUCCEEDED);
    assertThat(statuses(6))
        .extracting(DeliveryStatus::attempted)
        .containsExactly(true, false, true, false, true, false);
  }

  @Test
  void eachAttemptIsLookedAtOnce() {
    int many = 1_000;
    for (int endpoint = 1; endpoint <= many; endpoint++) {
      attempt(2_000, endpoint, DeliveryState.WAITING);
      waits(endpoint, 2_500);
    }
    assertThat(statuses(many)).hasSize(many);
    assertThat(looks).isEqualTo(many);
  }
}
