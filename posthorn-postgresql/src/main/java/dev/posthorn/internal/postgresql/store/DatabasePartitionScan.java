package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Readers;
import dev.posthorn.internal.postgresql.live.HandoffTable;
import dev.posthorn.internal.postgresql.live.LiveScan;
import dev.posthorn.internal.postgresql.settings.SettingScan;
import dev.posthorn.internal.postgresql.sql.PartitionPages;
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
import java.util.List;
import java.util.Set;

/**
 * The reads of some partitions of a database, on connections for one purpose.
 *
 * @param readers executor of the reads
 * @param partitions the numbers of the partitions
 */
record DatabasePartitionScan(Readers readers, Set<Integer> partitions) implements PartitionScan {

  private <T> ScanPage<T> page(PartitionPages<T> table, ScanKey after, int limit) {
    return readers.read(session -> table.read(session, partitions, after, limit));
  }

  @Override
  public ScanPage<LiveRow> hot(ScanKey after, int limit) {
    return page(LiveScan.HOT, after, limit);
  }

  @Override
  public ScanPage<LiveRow> parkedHeads(ScanKey after, int limit) {
    return readers.read(session -> LiveScan.parkedHeads(session, partitions, after, limit));
  }

  @Override
  public List<PartitionRow<LiveRow>> parkedBefore(long deadline, int limit) {
    return readers.read(session -> LiveScan.parkedBefore(session, partitions, deadline, limit));
  }

  @Override
  public ScanPage<CancelMark> cancelMarks(ScanKey after, int limit) {
    return page(LiveScan.CANCEL_MARKS, after, limit);
  }

  @Override
  public List<PartitionRow<HandoffRow>> handoffs(int limit) {
    return readers.ofOneStatement().read(session -> HandoffTable.first(session, partitions, limit));
  }

  @Override
  public List<PartitionRow<HandedOff>> handedOff(
      List<PartitionRow<HandoffRow>> handoffs, long maxBytes) {
    return readers
        .ofOneStatement()
        .read(session -> HandedOffReads.read(session, handoffs, maxBytes));
  }

  @Override
  public ScanPage<ApplicationRow> applications(ScanKey after, int limit) {
    return page(SettingScan.APPLICATIONS, after, limit);
  }

  @Override
  public ScanPage<StoredEndpoint> endpoints(ScanKey after, int limit) {
    return readers.read(session -> SettingScan.endpoints(session, partitions, after, limit));
  }

  @Override
  public ScanPage<LaneStateRow> laneStates(ScanKey after, int limit) {
    return page(SettingScan.LANE_STATES, after, limit);
  }

  @Override
  public boolean hasSecrets() {
    return readers.read(session -> SettingScan.hasSecrets(session, partitions));
  }
}
