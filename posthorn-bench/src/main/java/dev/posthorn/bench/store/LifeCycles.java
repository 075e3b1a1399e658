package dev.posthorn.bench.store;

import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.Batch;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.LiveRow.Place;
import dev.posthorn.store.MessageRow;
import dev.posthorn.transport.Timings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Makes batches as an engine does under full load: each accepts some messages for one endpoint
 * each, and ends the deliveries that the batch before accepted.
 */
final class LifeCycles {
  private static final int ENDPOINTS_PER_APPLICATION = 10;
  private static final long WEEK = 7L * 24 * 60 * 60 * 1_000;
  private static final byte[] EXCERPT = "{\"ok\":true}".getBytes(StandardCharsets.US_ASCII);

  private final Random random = new Random(42);
  private final long[] endpoints;
  private final byte[] body;
  private long id = System.currentTimeMillis() << 20;
  private Batch last = new Batch();

  LifeCycles(int endpoints, int bodyBytes) {
    this.endpoints = random.longs(endpoints, 1, Long.MAX_VALUE).toArray();
    this.body = new byte[bodyBytes];
    random.nextBytes(body);
  }

  /** Returns the next batch. */
  Batch next(int size) {
    Batch batch = new Batch();
    for (LiveRow done : last.hot) {
      batch.unhot.add(done);
      batch.attempts.add(attempt(done));
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
    batch.messages.add(
        new MessageRow(
            message,
            1 + index / ENDPOINTS_PER_APPLICATION,
            "invoice.paid",
            List.of(),
            List.of(),
            null,
            "application/json",
            new long[] {endpoints[index]},
            body));
    batch.hot.add(
        new LiveRow(
            delivery,
            endpoints[index],
            message,
            Place.HOT,
            now,
            0,
            0,
            now + WEEK,
            AttemptKind.SCHEDULED));
  }

  private AttemptRow attempt(LiveRow done) {
    id++;
    return new AttemptRow(
        id,
        done.message(),
        done.id(),
        done.endpoint(),
        AttemptKind.SCHEDULED,
        DeliveryState.SUCCEEDED,
        1,
        200,
        null,
        new Timings(0, 0, 0, 1_500, 1_600),
        EXCERPT,
        0);
  }
}
