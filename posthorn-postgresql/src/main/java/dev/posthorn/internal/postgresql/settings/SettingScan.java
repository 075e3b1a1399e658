package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PartitionPages;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SecretRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Reads the settings of some partitions. */
public final class SettingScan {
  /** Pages of the applications. */
  public static final PartitionPages<ApplicationRow> APPLICATIONS =
      pages(RecordTables.APPLICATIONS, "id", ApplicationRow::id);

  /** Pages of the lane states. */
  public static final PartitionPages<LaneStateRow> LANE_STATES =
      pages(RecordTables.LANE_STATES, "endpoint", LaneStateRow::endpoint);

  private static final PartitionPages<EndpointRow> ENDPOINTS =
      pages(RecordTables.ENDPOINTS, "id", EndpointRow::id);

  private static final String SECRETS =
      RecordTables.SECRETS.select("partition")
          + " JOIN unnest(?::smallint[], ?::bigint[]) AS wanted(partition, endpoint)"
          + " USING (partition, endpoint) ORDER BY partition, endpoint, slot";
  private static final String HAS_SECRETS =
      "SELECT EXISTS (SELECT FROM posthorn.secret s WHERE s.partition = ANY (?))";

  private SettingScan() {}

  /** Returns whether any endpoint has a secret. */
  public static boolean hasSecrets(Session session, Set<Integer> partitions) throws SQLException {
    return Query.list(
            session, row -> row.getBoolean(1), HAS_SECRETS, PartitionPages.after(partitions, -1))
        .getFirst();
  }

  private static <R extends Record> PartitionPages<R> pages(
      RecordTable<R> table, String key, ToLongFunction<R> id) {
    return new PartitionPages<>(
        table.select("partition"),
        List.of(key),
        table::map,
        each -> new ScanKey(each.partition(), id.applyAsLong(each.row())));
  }

  /** Returns a page of endpoints with their secrets. */
  public static ScanPage<StoredEndpoint> endpoints(
      Session session, Set<Integer> partitions, ScanKey after, int limit) throws SQLException {
    ScanPage<EndpointRow> page = ENDPOINTS.read(session, partitions, after, limit);
    Map<ScanKey, List<SecretRow>> secrets = secrets(session, page.rows());
    return new ScanPage<>(
        page.rows().stream()
            .map(each -> new PartitionRow<>(each.partition(), stored(each, secrets)))
            .toList(),
        page.next());
  }

  private static StoredEndpoint stored(
      PartitionRow<EndpointRow> each, Map<ScanKey, List<SecretRow>> secrets) {
    EndpointRow row = each.row();
    ScanKey key = new ScanKey(each.partition(), row.id());
    return new StoredEndpoint(row, secrets.getOrDefault(key, List.of()));
  }

  private static Map<ScanKey, List<SecretRow>> secrets(
      Session session, List<PartitionRow<EndpointRow>> endpoints) throws SQLException {
    if (endpoints.isEmpty()) {
      return Map.of();
    }
    Map<ScanKey, List<SecretRow>> secrets = new HashMap<>();
    for (PartitionRow<SecretRow> each :
        Query.list(
            session,
            PartitionPages.inPartition(RecordTables.SECRETS::map),
            SECRETS,
            PartitionPages.of(endpoints),
            endpoints.stream().mapToLong(endpoint -> endpoint.row().id()).toArray())) {
      secrets
          .computeIfAbsent(
              new ScanKey(each.partition(), each.row().endpoint()), key -> new ArrayList<>())
          .add(each.row());
    }
    return secrets;
  }
}
