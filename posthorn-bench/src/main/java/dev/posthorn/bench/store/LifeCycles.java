package dev.posthorn.bench.store;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Makes batches as an engine does under full load: each accepts some messages for one endpoint
 * each, and ends the deliveries that the batch before accepted.
 */
public final class LifeCycles {
  private static final int ENDPOINTS_PER_APPLICATION = 10;
  private static final long WEEK = 7L * 24 * 60 * 60 * 1_000;
  private static final byte[] EXCERPT = "{\"ok\":true}".getBytes(StandardCharsets.US_ASCII);

  private final Random random = new Random(42);
  private final long[] endpoints;
  private final long[] applications;
  private final int partitions;
  private final byte[] body;
  private long id;
  private Batch last = new Batch();

  /**
   * Creates life cycles of given endpoints.
   *
   * @param applications of each endpoint, the application that it belongs to
   * @param store the store that the batches are for
   */
  public LifeCycles(long[] endpoints, long[] applications, int bodyBytes, Store store) {
    this.endpoints = endpoints;
    this.applications = applications;
    this.partitions = store.partitions();
    this.body = new byte[bodyBytes];
    this.id = Math.max(store.idFloor(), System.currentTimeMillis() << 20);
    random.nextBytes(body);
  }

  /** Creates life cycles of so many endpoints that are made up, ten to an application. */
  LifeCycles(int endpoints, int bodyBytes, Store store) {
    this(
        new Random(42).longs(endpoints, 1, Long.MAX_VALUE).toArray(),
        IntStream.range(0, endpoints).mapToLong(i -> 1 + i / ENDPOINTS_PER_APPLICATION).toArray(),
        bodyBytes,
        store);
  }

  /** Returns the next batch; one of no messages ends the deliveries of the last. */
  public Batch next(int size) {
    Batch batch = new Batch();
    for (PartitionBatch before : last.partitions()) {
      PartitionBatch rows = batch.in(before.partition());
      for (LiveRow done : before.hot) {
        rows.hotRemovals.add(done);
        rows.attempts.add(attempt(done));
      }
    }
    for (int i = 0; i < size; i++) {
      accept(batch);
    }
    batch.idFloor = id;
    last = batch;
    return batch;
  }

  private void accept(Batch batch) {
    int index = random.nextInt(endpoints.length);
    id += 2;
    long message = id - 1;
    long delivery = id;
    long now = message >> 20;
    PartitionBatch rows = batch.in(Partitions.of(applications[index], partitions));
    rows.messages.add(
        new MessageRow(
            message,
            applications[index],
            MessageSpec.of("invoice.paid"),
            new long[] {endpoints[index]},
            body));
    rows.hot.add(LiveRow.hot(delivery, endpoints[index], message, now, now + WEEK));
  }

  private AttemptRow attempt(LiveRow done) {
    id++;
    return AttemptRow.of(id, done.message(), done.id(), done.endpoint())
        .state(DeliveryState.SUCCEEDED)
        .spent(1)
        .status(200)
        .timings(new Timings(0, 0, 0, 1_500, 1_600))
        .excerpt(EXCERPT)
        .build();
  }
}
