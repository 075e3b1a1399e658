package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.lane.Lane;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells lanes of rows that were found in the store. Rows may be for an endpoint that is unknown
 * here: another node has just created it, or it was removed. The difference shows once all settings
 * of others are in memory; what waits for a removed endpoint is canceled.
 */
final class StoredLanes {
  private static final String TASK = "news of stored rows";

  private final LaneContext context;
  private final Shards shards;

  /**
   * News for the lane of an endpoint.
   *
   * @param partition the partition of its application
   */
  record News(int partition, long endpoint, Consumer<Lane> task) {}

  StoredLanes(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
  }

  /** Tells the lane of an endpoint. Any thread may call it. */
  void tell(int partition, long endpoint, Consumer<Lane> task) {
    tell(List.of(new News(partition, endpoint, task)));
  }

  /** Tells the lanes of some endpoints; each loop gets its news in one task, in order. */
  void tell(List<News> news) {
    List<News> unknown = new ArrayList<>();
    Map<ShardLoop, List<Runnable>> known = new LinkedHashMap<>();
    for (News each : news) {
      RegisteredEndpoint endpoint = context.endpoints().endpoint(each.endpoint);
      if (endpoint != null) {
        add(known, each, endpoint);
      } else {
        unknown.add(each);
      }
    }
    send(known);
    if (!unknown.isEmpty() && context.runtime().store().isShared()) {
      context.journal().current(() -> tellAll(unknown));
    } else {
      tellAll(unknown);
    }
  }

  private void tellAll(List<News> news) {
    Map<ShardLoop, List<Runnable>> all = new LinkedHashMap<>();
    for (News each : news) {
      RegisteredEndpoint endpoint = context.endpoints().endpoint(each.endpoint);
      add(all, each, endpoint != null ? endpoint : removed(each.partition, each.endpoint));
    }
    send(all);
  }

  private void add(Map<ShardLoop, List<Runnable>> all, News news, RegisteredEndpoint endpoint) {
    ShardLoop loop = shards.loop(news.endpoint);
    all.computeIfAbsent(loop, l -> new ArrayList<>()).add(() -> loop.withLane(endpoint, news.task));
  }

  private void send(Map<ShardLoop, List<Runnable>> all) {
    all.forEach(
        (loop, tasks) ->
            loop.execute(() -> tasks.forEach(task -> context.guard().run(TASK, task))));
  }

  /** Returns a stand-in for an endpoint that was removed. */
  private static RegisteredEndpoint removed(int partition, long id) {
    EndpointRow row = EndpointRow.deleted(id, 0, 0);
    RegisteredEndpoint endpoint = new RegisteredEndpoint(0, partition, row, List.of());
    endpoint.settings(new RegisteredEndpoint.Settings(row, List.of(), true));
    return endpoint;
  }
}
