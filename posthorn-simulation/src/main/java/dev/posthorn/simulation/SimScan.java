package dev.posthorn.simulation;

import dev.posthorn.spi.store.reads.HandedOff;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The scan of some partitions of a simulated store: nothing of another one is found. */
final class SimScan implements PartitionScan {
  private final Supplier<SimTables> tables;
  private final TreeSet<Integer> partitions;
  private final SimViewer viewer;

  /** Creates the scan of what a supplier returns, or throws as a read may. */
  SimScan(Supplier<SimTables> tables, Set<Integer> partitions, SimViewer viewer) {
    this.viewer = viewer;
    this.tables = tables;
    this.partitions = new TreeSet<>(partitions);
  }

  /** The rows of a partition after a position, in their order. */
  private interface Rows<T> {
    Stream<T> after(SimPartition partition, ScanKey position);
  }

  private <T> ScanPage<T> page(
      ScanKey after, int limit, Rows<T> table, Function<PartitionRow<T>, ScanKey> key) {
    SimTables from = tables.get();
    List<PartitionRow<T>> rows = new ArrayList<>();
    for (int number : partitions.tailSet(Math.max(0, after.partition()))) {
      table
          .after(from.in(number), number == after.partition() ? after : ScanKey.START)
          .limit(limit - rows.size())
          .forEach(row -> rows.add(new PartitionRow<>(number, row)));
    }
    return ScanPage.of(rows, limit, key);
  }

  private <V, T> ScanPage<T> byId(
      ScanKey after,
      int limit,
      Function<SimPartition, NavigableMap<Long, V>> table,
      Function<V, T> row,
      ToLongFunction<T> id) {
    return page(
        after,
        limit,
        (partition, position) ->
            table.apply(partition).tailMap(position.first(), false).values().stream().map(row),
        last -> new ScanKey(last.partition(), id.applyAsLong(last.row())));
  }

  @Override
  public ScanPage<LiveRow> hot(ScanKey after, int limit) {
    return byId(after, limit, from -> from.hot, row -> row, LiveRow::id);
  }

  @Override
  public ScanPage<LiveRow> parkedHeads(ScanKey after, int limit) {
    return byId(
        after, limit, from -> from.parked, rows -> rows.firstEntry().getValue(), LiveRow::endpoint);
  }

  @Override
  public List<PartitionRow<LiveRow>> parkedBefore(long deadline, int limit) {
    return page(
            ScanKey.START,
            limit,
            (partition, position) ->
                partition.parked.values().stream()
                    .flatMap(rows -> rows.values().stream())
                    .filter(row -> row.deadline() < deadline)
                    .sorted(Comparator.comparingLong(LiveRow::deadline)),
            last -> ScanKey.START)
        .rows();
  }

  @Override
  public ScanPage<CancelMark> cancelMarks(ScanKey after, int limit) {
    return page(
        after,
        limit,
        (partition, position) ->
            partition
                .cancelMarks
                .tailMap(List.of(position.first(), position.second()), false)
                .values()
                .stream(),
        last -> new ScanKey(last.partition(), last.row().message(), last.row().endpoint()));
  }

  @Override
  public List<PartitionRow<HandoffRow>> handoffs(int limit) {
    return byId(ScanKey.START, limit, from -> from.handoffs(viewer), row -> row, HandoffRow::id)
        .rows();
  }

  @Override
  public List<PartitionRow<HandedOff>> handedOff(
      List<PartitionRow<HandoffRow>> handoffs, long maxBytes) {
    SimTables from = tables.get();
    List<PartitionRow<HandedOff>> found = new ArrayList<>();
    long left = maxBytes;
    for (PartitionRow<HandoffRow> each : handoffs) {
      SimPartition partition = from.in(each.partition());
      for (int i = 0; i < each.row().endpoints().length; i++) {
        LiveRow row = partition.parked(each.row(), i);
        if (row == null) {
          continue;
        }
        MessageRow message = i == 0 ? partition.messages.get(row.message()) : null;
        left -= message == null ? 0 : message.body().length;
        MessageRow fitting = message == null || left < 0 ? null : message.withoutTargets();
        found.add(new PartitionRow<>(each.partition(), new HandedOff(row, fitting)));
      }
    }
    return found;
  }

  @Override
  public ScanPage<ApplicationRow> applications(ScanKey after, int limit) {
    return byId(after, limit, from -> from.applications, row -> row, ApplicationRow::id);
  }

  @Override
  public ScanPage<StoredEndpoint> endpoints(ScanKey after, int limit) {
    return page(
        after,
        limit,
        (partition, position) ->
            partition.endpoints.tailMap(position.first(), false).values().stream()
                .map(
                    row -> {
                      var secrets = partition.secrets.getOrDefault(row.id(), new TreeMap<>());
                      return new StoredEndpoint(row, List.copyOf(secrets.values()));
                    }),
        last -> new ScanKey(last.partition(), last.row().row().id()));
  }

  @Override
  public ScanPage<LaneStateRow> laneStates(ScanKey after, int limit) {
    return byId(after, limit, from -> from.laneStates, row -> row, LaneStateRow::endpoint);
  }

  @Override
  public boolean hasSecrets() {
    SimTables from = tables.get();
    return partitions.stream().anyMatch(number -> !from.in(number).secrets.isEmpty());
  }
}
