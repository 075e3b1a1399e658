package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.PutLaneState;
import dev.posthorn.spi.store.rows.SettingChange.PutSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Scans go across partitions in pages, and miss and repeat nothing. */
interface ScanRules extends StoreRules {
  /** The most rows of a kind that a partition has; some have none. */
  int MOST = 4;

  /** Returns some partitions, the first and the last among them. */
  private SortedSet<Integer> filled() {
    int all = store().partitions();
    return new TreeSet<>(List.of(0, Math.min(1, all - 1), all / 2, Math.max(0, all - 2), all - 1));
  }

  /** Returns the number of rows of a kind that a partition has. */
  private static int rows(int partition) {
    return MOST - partition % 3;
  }

  /** Returns the smallest applications of a partition. */
  private long[] applications(int partition) {
    return LongStream.iterate(1, id -> id + 1)
        .filter(id -> store().partitionOf(id) == partition)
        .limit(rows(partition))
        .toArray();
  }

  /** Fills partitions. What has the number i in its partition has an id that ends with i. */
  private void fill() {
    Batch batch = new Batch();
    for (int partition : filled()) {
      for (long id : applications(partition)) {
        batch.settings.add(
            new PutApplication(new ApplicationRow(id, 1, ApplicationSpec.of(null, "a"), 0, 0)));
      }
      long application = applications(partition)[0];
      for (int i = rows(partition); i > 0; i--) {
        fill(batch, partition, application, 1_000L * (partition + 1) + i);
      }
    }
    batch.idFloor = 1_000_000;
    store().commit(batch);
  }

  private static void fill(Batch batch, int partition, long application, long id) {
    EndpointSpec spec = EndpointSpec.to("https://example.com/").build();
    SecretRow secret = new SecretRow(id, SecretRow.FIRST_SIGNING, 1, new byte[] {9}, 0);
    batch.settings.add(
        new PutEndpoint(new EndpointRow(id, application, spec, EndpointState.ENABLED, 0, 0)));
    batch.settings.add(new PutSecret(partition, secret));
    batch.settings.add(new PutLaneState(partition, new LaneStateRow(id, 99, 0, 0, 0)));
    batch.settings.add(new PutCancelMark(partition, new CancelMark(10, id, 11)));
    batch.settings.add(new PutCancelMark(partition, new CancelMark(20, 2_000_000 - id, 21)));
    PartitionBatch rows = batch.in(partition);
    rows.hot.add(Rows.hot(id, 5, 1));
    for (int i = 0; i < 3; i++) {
      rows.parked.add(Rows.parked(100_000L * i + id, id, 1, 5_000 - i).withDeadline(500_000 - id));
    }
  }

  /** Returns the sets of partitions to scan. */
  private List<SortedSet<Integer>> sets() {
    SortedSet<Integer> odd = new TreeSet<>(store().allPartitions());
    odd.removeIf(partition -> partition % 2 == 0);
    SortedSet<Integer> last = new TreeSet<>(Set.of(store().partitions() - 1));
    return List.of(store().allPartitions(), odd, last, new TreeSet<>(Set.<Integer>of()));
  }

  @Test
  default void aScanGoesAcrossPartitionsInPages() {
    fill();
    for (SortedSet<Integer> partitions : sets()) {
      PartitionScan scan = store().across(partitions);
      for (int limit : new int[] {1, 3, 1_000}) {
        assertThat(ids(scan::hot, limit, LiveRow::id)).isEqualTo(ids(partitions));
        assertThat(ids(scan::parkedHeads, limit, LiveRow::endpoint)).isEqualTo(ids(partitions));
        assertThat(ids(scan::endpoints, limit, stored -> stored.row().id()))
            .isEqualTo(ids(partitions));
        assertThat(ids(scan::laneStates, limit, LaneStateRow::endpoint)).isEqualTo(ids(partitions));
        assertThat(ids(scan::applications, limit, ApplicationRow::id))
            .isEqualTo(expected(partitions, p -> LongStream.of(applications(p)).boxed()));
        assertThat(ids(scan::cancelMarks, limit, CancelMark::endpoint))
            .isEqualTo(expected(partitions, ScanRules::marks));
      }
    }
  }

  /** Returns the ids that all pages have, with the partitions. */
  private static <T> List<PartitionRow<Long>> ids(
      ScanPage.Source<T> source, int limit, Function<T, Long> id) {
    List<PartitionRow<Long>> ids = new ArrayList<>();
    ScanPage.forEach(
        source,
        limit,
        page -> {
          assertThat(page).hasSizeLessThanOrEqualTo(limit);
          page.forEach(row -> ids.add(new PartitionRow<>(row.partition(), id.apply(row.row()))));
        });
    return ids;
  }

  private List<PartitionRow<Long>> ids(SortedSet<Integer> partitions) {
    return expected(partitions, ScanRules::ids);
  }

  private static Stream<Long> ids(int partition) {
    return LongStream.rangeClosed(1, rows(partition)).mapToObj(i -> 1_000L * (partition + 1) + i);
  }

  /** Returns the endpoints of the marks of two messages: those of the second have opposite ids. */
  private static Stream<Long> marks(int partition) {
    return Stream.concat(ids(partition), ids(partition).map(id -> 2_000_000 - id).sorted());
  }

  private List<PartitionRow<Long>> expected(
      Set<Integer> partitions, Function<Integer, Stream<Long>> ids) {
    return filled().stream()
        .filter(partitions::contains)
        .flatMap(p -> ids.apply(p).map(id -> new PartitionRow<>(p, id)))
        .toList();
  }

  @Test
  default void eachEndpointOfAScanHasItsOwnSecrets() {
    fill();
    ScanPage.forEach(
        store().across(store().allPartitions())::endpoints,
        3,
        page ->
            assertThat(page)
                .allSatisfy(
                    each ->
                        assertThat(each.row().secrets())
                            .extracting(SecretRow::endpoint)
                            .containsExactly(each.row().row().id())));
  }

  @Test
  default void whatIsParkedTooLongIsFoundAcrossPartitions() {
    fill();
    for (SortedSet<Integer> partitions : sets()) {
      List<PartitionRow<Long>> late =
          expected(
              partitions,
              p -> ids(p).map(id -> 500_000 - id).sorted().flatMap(d -> Stream.of(d, d, d)));
      for (int limit : new int[] {1, 4, 1_000}) {
        assertThat(store().across(partitions).parkedBefore(500_000, limit))
            .extracting(each -> new PartitionRow<>(each.partition(), each.row().deadline()))
            .isEqualTo(late.subList(0, Math.min(limit, late.size())));
      }
      assertThat(store().across(partitions).parkedBefore(0, 9)).isEmpty();
    }
  }

  @Test
  default void aScanBeginsAfterAnyPosition() {
    fill();
    int last = store().partitions() - 1;
    PartitionScan scan = store().across(Set.of(last));
    ScanKey before = new ScanKey(last - 1, Long.MAX_VALUE);
    assertThat(scan.hot(before, 100).rows()).hasSize(rows(last));
    assertThat(scan.parkedHeads(before, 100).rows()).hasSize(rows(last));
    ScanKey end = new ScanKey(last, Long.MAX_VALUE);
    assertThat(scan.hot(end, 100)).isEqualTo(new ScanPage<>(List.of(), null));
    assertThat(scan.parkedHeads(end, 100)).isEqualTo(new ScanPage<>(List.of(), null));
  }

  @Test
  default void aScanOfAnUnknownPartitionIsRefused() {
    for (int unknown : new int[] {-1, store().partitions()}) {
      assertThatThrownBy(() -> store().across(Set.of(unknown)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
