package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.internal.sqlite.file.Readers;
import dev.posthorn.internal.sqlite.live.LiveReads;
import dev.posthorn.internal.sqlite.settings.SettingReads;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.sql.SQLException;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The scan of the only partition of a file, or of none, on connections for one purpose.
 *
 * @param readers executor of the reads
 * @param any whether the partition is read
 */
record FilePartitionScan(Readers readers, boolean any) implements PartitionScan {

  /** A page of rows after an id. */
  private interface Page<T> {
    List<T> read(Reader reader, long after, int limit) throws SQLException;
  }

  private <T> List<PartitionRow<T>> read(Readers.Read<List<T>> read) {
    List<T> rows = any ? readers.read(read) : List.of();
    return rows.stream().map(row -> new PartitionRow<>(FileReads.PARTITION, row)).toList();
  }

  /** Returns a position in the partition: that of another one is before it. */
  private static ScanKey within(ScanKey after) {
    return after.partition() < FileReads.PARTITION ? ScanKey.START : after;
  }

  private <T> ScanPage<T> byId(Page<T> page, ScanKey after, int limit, ToLongFunction<T> id) {
    return ScanPage.of(
        read(reader -> page.read(reader, within(after).first(), limit)),
        limit,
        last -> new ScanKey(last.partition(), id.applyAsLong(last.row())));
  }

  @Override
  public ScanPage<LiveRow> hot(ScanKey after, int limit) {
    return byId(LiveReads::hot, after, limit, LiveRow::id);
  }

  @Override
  public ScanPage<LiveRow> parkedHeads(ScanKey after, int limit) {
    return byId(LiveReads::parkedHeads, after, limit, LiveRow::endpoint);
  }

  @Override
  public List<PartitionRow<LiveRow>> parkedBefore(long deadline, int limit) {
    return read(reader -> LiveReads.parkedBefore(reader, deadline, limit));
  }

  @Override
  public ScanPage<CancelMark> cancelMarks(ScanKey after, int limit) {
    ScanKey from = within(after);
    return ScanPage.of(
        read(reader -> LiveReads.cancelMarks(reader, from.first(), from.second(), limit)),
        limit,
        last -> new ScanKey(last.partition(), last.row().message(), last.row().endpoint()));
  }

  @Override
  public ScanPage<ApplicationRow> applications(ScanKey after, int limit) {
    return byId(SettingReads::applications, after, limit, ApplicationRow::id);
  }

  @Override
  public ScanPage<StoredEndpoint> endpoints(ScanKey after, int limit) {
    return byId(SettingReads::endpoints, after, limit, endpoint -> endpoint.row().id());
  }

  @Override
  public ScanPage<LaneStateRow> laneStates(ScanKey after, int limit) {
    return byId(SettingReads::laneStates, after, limit, LaneStateRow::endpoint);
  }

  @Override
  public boolean hasSecrets() {
    return any && readers.read(SettingReads::hasSecrets);
  }
}
