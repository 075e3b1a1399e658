package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.Delivery;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Payload;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.Gate;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.HandedOff;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Brings the deliveries that other nodes have handed off to their lanes. One read for all of them
 * finds their rows and payloads, so a lane need not read a page. A lane that has no use for them
 * now, or is not known, is only told that they wait.
 *
 * <p>A row that is read here is passed on between two commits of this node, which alone changes it:
 * so the lane hears of each later change afterwards. Owned by the writer.
 */
final class HandedOffDeliveries {
  private static final int MOST_ROWS = 2_000;
  private static final long MOST_BYTES = 1024 * 1024;

  /** The time for which lanes read for themselves after a read for all has failed. */
  private static final long REST_NANOS = 60_000_000_000L;

  private final LaneContext context;
  private final Shards shards;
  private final StoredLanes lanes;
  private final OutageLog outage =
      new OutageLog(
          LoggerFactory.getLogger(HandedOffDeliveries.class),
          "Reading the deliveries that other nodes handed off");

  /** True after a read has failed, until one succeeds. */
  private boolean failed;

  private long failedNanos;

  HandedOffDeliveries(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
    this.lanes = new StoredLanes(context, shards);
  }

  /** Rows on their way to their lanes, with the messages that came along. */
  private static final class Found {
    private final Map<Long, MessageRow> messages = new LinkedHashMap<>();
    private final Map<Long, List<Target>> targets = new LinkedHashMap<>();
  }

  /** A row, and the endpoint that it is for. */
  private record Target(RegisteredEndpoint endpoint, LiveRow row) {}

  /**
   * Passes on what the handoffs of deliveries among some rows tell of.
   *
   * @param tenures the present tenures of their partitions
   */
  void tell(List<PartitionRow<HandoffRow>> rows, Map<Integer, Tenure> tenures) {
    List<PartitionRow<HandoffRow>> wanted = new ArrayList<>();
    List<StoredLanes.News> news = new ArrayList<>();
    int left = MOST_ROWS;
    for (PartitionRow<HandoffRow> each : rows) {
      long[] endpoints = each.row().endpoints();
      if (each.row().kind() != HandoffRow.Kind.DELIVERIES) {
        continue;
      }
      if (endpoints.length <= left && anyTakes(endpoints, tenures)) {
        left -= endpoints.length;
        wanted.add(each);
      } else {
        announce(each.partition(), each.row(), news);
      }
    }
    List<PartitionRow<HandedOff>> read = wanted.isEmpty() ? List.of() : read(wanted, tenures);
    if (read == null) {
      wanted.forEach(each -> announce(each.partition(), each.row(), news));
    } else {
      passOn(read, tenures, news);
    }
    lanes.tell(news);
  }

  /**
   * Reads what handoffs tell of. Returns null if that cannot be read, or could not a short time
   * before: then each lane reads pages of its own, and what is wrong with one concerns no other.
   */
  private @Nullable List<PartitionRow<HandedOff>> read(
      List<PartitionRow<HandoffRow>> wanted, Map<Integer, Tenure> tenures) {
    long now = context.clock().machine().nanoTime();
    if (failed && now - failedNanos < REST_NANOS) {
      return null;
    }
    try {
      List<PartitionRow<HandedOff>> rows =
          context
              .runtime()
              .store()
              .forWriter()
              .across(tenures.keySet())
              .handedOff(wanted, MOST_BYTES);
      failed = false;
      outage.succeeded();
      return rows;
    } catch (StoreException e) {
      outage.failed(e);
    } catch (Throwable e) {
      context.guard().report("reading the deliveries that other nodes handed off", e);
    }
    failed = true;
    failedNanos = context.clock().machine().nanoTime();
    return null;
  }

  private static void announce(int partition, HandoffRow row, List<StoredLanes.News> news) {
    for (int i = 0; i < row.endpoints().length; i++) {
      ParkedKey key = new ParkedKey(row.position(), row.subject() + i);
      news.add(new StoredLanes.News(partition, row.endpoints()[i], lane -> lane.unloaded(key)));
    }
  }

  private boolean anyTakes(long[] endpoints, Map<Integer, Tenure> tenures) {
    for (long id : endpoints) {
      if (takes(context.endpoints().endpoint(id), tenures)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the lane of an endpoint has use for rows now. */
  private static boolean takes(
      @Nullable RegisteredEndpoint endpoint, Map<Integer, Tenure> tenures) {
    if (endpoint == null || endpoint.settings().deleted()) {
      return false;
    }
    Tenure tenure = tenures.get(endpoint.partition);
    Gate gate = tenure == null ? null : endpoint.gateOrNull(tenure);
    return tenure != null && (gate == null || gate.hasUseForRows());
  }

  private void passOn(
      List<PartitionRow<HandedOff>> rows,
      Map<Integer, Tenure> tenures,
      List<StoredLanes.News> news) {
    Found found = new Found();
    for (PartitionRow<HandedOff> each : rows) {
      LiveRow row = each.row().row();
      RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
      if (each.row().message() != null) {
        found.messages.put(row.message(), each.row().message());
      }
      if (endpoint != null && takes(endpoint, tenures)) {
        found
            .targets
            .computeIfAbsent(row.message(), message -> new ArrayList<>())
            .add(new Target(endpoint, row));
      } else {
        news.add(
            new StoredLanes.News(
                each.partition(), row.endpoint(), lane -> lane.unloaded(row.parkedKey())));
      }
    }
    passOn(found);
  }

  private void passOn(Found found) {
    Map<ShardLoop, List<Runnable>> tasks = new LinkedHashMap<>();
    found.targets.forEach(
        (message, targets) -> {
          MessageRow row = found.messages.get(message);
          Payload payload = payload(row, targets.size());
          for (Target target : targets) {
            Delivery delivery = new Delivery(target.row, payload);
            if (row != null) {
              delivery.bytes = row.body().length;
            }
            ShardLoop loop = shards.loop(target.endpoint.id);
            tasks
                .computeIfAbsent(loop, unused -> new ArrayList<>())
                .add(() -> arrive(loop, target.endpoint, delivery));
          }
        });
    tasks.forEach((loop, some) -> loop.deliver(() -> some));
  }

  /** Takes a message into memory for so many deliveries; returns null if it is not there. */
  private @Nullable Payload payload(@Nullable MessageRow message, int deliveries) {
    return message == null || message.expunged()
        ? null
        : context.payloads().keep(message, deliveries);
  }

  private static void arrive(ShardLoop loop, RegisteredEndpoint endpoint, Delivery delivery) {
    if (!loop.withLane(endpoint, lane -> lane.handedOff(delivery))) {
      delivery.releasePayload();
    }
  }
}
