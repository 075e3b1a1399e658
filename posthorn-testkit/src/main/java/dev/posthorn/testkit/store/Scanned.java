package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import java.util.Set;

/**
 * The scan of a single partition, as lists of rows.
 *
 * @param scan the scan
 * @param partition its partition
 */
record Scanned(PartitionScan scan, int partition) {

  static Scanned of(Reads reads, int partition) {
    return new Scanned(reads.across(Set.of(partition)), partition);
  }

  private <T> List<T> after(ScanPage.Source<T> source, long id, int limit) {
    return rows(source.page(new ScanKey(partition, id), limit).rows());
  }

  private static <T> List<T> rows(List<PartitionRow<T>> rows) {
    return rows.stream().map(PartitionRow::row).toList();
  }

  List<LiveRow> hot(long afterId, int limit) {
    return after(scan::hot, afterId, limit);
  }

  List<LiveRow> parkedHeads(long afterEndpoint, int limit) {
    return after(scan::parkedHeads, afterEndpoint, limit);
  }

  List<LiveRow> parkedBefore(long deadline, int limit) {
    return rows(scan.parkedBefore(deadline, limit));
  }

  List<CancelMark> cancelMarks() {
    return rows(scan.cancelMarks(ScanKey.START, 1_000).rows());
  }

  List<ApplicationRow> applications(long afterId, int limit) {
    return after(scan::applications, afterId, limit);
  }

  List<StoredEndpoint> endpointsWithSecrets(long afterId, int limit) {
    return after(scan::endpoints, afterId, limit);
  }

  List<EndpointRow> endpoints(long afterId, int limit) {
    return endpointsWithSecrets(afterId, limit).stream().map(StoredEndpoint::row).toList();
  }

  List<LaneStateRow> laneStates(long afterEndpoint, int limit) {
    return after(scan::laneStates, afterEndpoint, limit);
  }
}
