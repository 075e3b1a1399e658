package dev.posthorn.server.cli.migrate;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.SqliteOptions;
import dev.posthorn.Timings;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A database file with rows of every kind, and strange values in them. */
final class FullFile {
  static final int MESSAGES = 2_500;
  static final int REMOVED = 11;
  private static final String STRANGE = "strange \0 \uD800 \uFFFF \u00e9 \uD83D\uDE00";
  private static final long NOW = System.currentTimeMillis();
  private static final int APPLICATIONS = 5;

  private final Batch batch = new Batch();
  private long lastMessage;
  private long id = Ids.firstAt(NOW - TimeUnit.DAYS.toMillis(3));

  private FullFile() {}

  /** Creates a file. */
  static void create(Path file) {
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      FullFile full = new FullFile();
      full.settings();
      full.commit(store);
      for (int i = 0; i < MESSAGES; i++) {
        full.message(i);
        if (i % 500 == 499) {
          full.id = Ids.firstAt(Ids.timeOf(full.id) + TimeUnit.HOURS.toMillis(14));
          full.commit(store);
        }
      }
      full.rest();
      full.commit(store);
      full.removals();
      full.commit(store);
    }
  }

  private void commit(Store store) {
    batch.idFloor = id;
    store.commit(batch);
    batch.settings.clear();
    batch.dedupe.clear();
    PartitionBatch part = part();
    List.of(part.messages, part.attempts, part.hot, part.parked, part.payloadEnds)
        .forEach(List::clear);
    part.expungedMessages.clear();
    part.expungedAttempts.clear();
  }

  private PartitionBatch part() {
    return batch.in(0);
  }

  private void put(SettingChange change) {
    batch.settings.add(change);
  }

  private void settings() {
    put(
        new SettingChange.PutEnvironment(
            new EnvironmentRow(1, "org_a", NOW, NOW + 1, 2_592_000_000L)));
    put(new SettingChange.PutEnvironment(new EnvironmentRow(2, "org_b", NOW, NOW)));
    TokenGrant grant = new TokenGrant(1, 0, TokenRow.Kind.API_KEY, List.of("a", "b"), NOW + 5);
    put(new SettingChange.PutToken(new TokenRow(3, grant, "key", new byte[32], "abcd", NOW)));
    put(
        new SettingChange.PutEventType(
            EventTypeRow.of(1, "invoice.paid", NOW)
                .description(STRANGE)
                .schemas("{\"1\":{}}")
                .featureFlags(List.of("beta"))
                .retryWaits(List.of())
                .build()));
    put(new SettingChange.PutTask(new TaskRow(4, 1, 10, "t", TaskRow.RUNNING, "{}", NOW, NOW)));
    put(new SettingChange.PutTask(new TaskRow(5, 2, 0, "t", TaskRow.FINISHED, "{}", NOW, NOW)));
    put(new SettingChange.PutSetting("public_id_key", "12-34"));
    for (int i = 0; i <= APPLICATIONS; i++) {
      long application = 10L + i;
      ApplicationSpec spec =
          new ApplicationSpec(
              i == 0 ? null : "uid-" + i, "A" + i, i, Map.of("k", STRANGE, "l", ""));
      put(new SettingChange.PutApplication(new ApplicationRow(application, 1, spec, NOW, NOW)));
      endpoint(application * 10, application);
      endpoint(application * 10 + 1, application);
    }
  }

  private void endpoint(long endpoint, long application) {
    EndpointSpec spec =
        EndpointSpec.to("https://example.com/" + endpoint)
            .uid("uid-" + endpoint)
            .description(STRANGE)
            .eventTypes(List.of("invoice.paid"))
            .metadata(Map.of("a", "b"))
            .build();
    put(
        new SettingChange.PutEndpoint(
            new EndpointRow(endpoint, application, spec, EndpointState.PAUSED, NOW, NOW)));
    for (int slot : new int[] {SecretRow.SERVER_CA, SecretRow.HEADERS, SecretRow.FIRST_SIGNING}) {
      byte[] ciphertext = {1, 2, (byte) slot, (byte) endpoint};
      put(new SettingChange.PutSecret(0, new SecretRow(endpoint, slot, 1, ciphertext, slot)));
    }
    put(new SettingChange.PutLaneState(0, new LaneStateRow(endpoint, 5, 6, 7, 8)));
    put(new SettingChange.PutConsumer(0, new ConsumerRow(endpoint, "c " + endpoint, 77, NOW)));
  }

  private void message(int number) {
    long application = 10L + number % (APPLICATIONS + 1);
    long endpoint = application * 10;
    long message = ++id;
    lastMessage = message;
    MessageSpec spec =
        new MessageSpec(
                "invoice.paid",
                number % 3 == 0 ? List.of("a", "b") : List.of(),
                number % 5 == 0 ? List.of(STRANGE) : List.of(),
                number % 7 == 0 ? "event-" + number : null,
                "application/json",
                number % 11 == 0 ? NOW : 0)
            .withPublicId(number % 13 == 0 ? "public-" + number : null);
    byte[] body = number % 17 == 0 ? new byte[0] : ("{" + number).getBytes(StandardCharsets.UTF_8);
    part()
        .messages
        .add(new MessageRow(message, application, spec, new long[] {endpoint, endpoint + 1}, body));
    if (number % 19 == 0) {
      part().expungedMessages.add(message);
    }
    long delivery = ++id;
    switch (number % 4) {
      case 0 -> part().hot.add(LiveRow.hot(delivery, endpoint, message, NOW, NOW + 9));
      case 1 ->
          part()
              .parked
              .add(
                  LiveRow.parked(delivery, endpoint, message, NOW, NOW + 9, AttemptKind.RECOVERY)
                      .parkedUntil(NOW + number, NOW + 3)
                      .withAttempts(2));
      default ->
          part()
              .attempts
              .add(
                  AttemptRow.of(++id, message, delivery, endpoint)
                      .kind(number % 8 == 2 ? AttemptKind.TEST : AttemptKind.SCHEDULED)
                      .state(number % 4 == 2 ? DeliveryState.SUCCEEDED : DeliveryState.FAILED)
                      .spent(3)
                      .status(number % 4 == 2 ? 204 : 500)
                      .error(number % 4 == 2 ? null : "timeout_dns")
                      .timings(new Timings(1, 0, 3, 4, 5))
                      .excerpt(number % 10 == 3 ? new byte[0] : new byte[] {0, -1, 7})
                      .nextDue(number % 4 == 2 ? 0 : NOW)
                      .build());
    }
    if (number % 23 == 0) {
      part().payloadEnds.add(new PayloadEnd(NOW + TimeUnit.DAYS.toMillis(number), message));
    }
    if (number % 29 == 0) {
      long never = Long.MAX_VALUE;
      byte[] hash = {1, 2};
      batch.dedupe.add(new DedupeRow("app " + application, "k" + number, hash, message, never));
      batch.dedupe.add(new DedupeRow(STRANGE, "k" + number, hash, 0, new byte[] {9}, never));
    }
  }

  private void rest() {
    put(new SettingChange.PutCancelMark(0, new CancelMark(0, 100, id)));
    put(new SettingChange.PutCancelMark(0, new CancelMark(lastMessage, 0, id)));
    put(new SettingChange.PutSetting("anything", STRANGE));
    // Its message is past its retention, and its endpoint is removed.
    part().attempts.add(AttemptRow.of(++id, 1, 2, 999_999).build());
    // Its message is past its retention, but its endpoint is there.
    part().attempts.add(AttemptRow.of(++id, 1, 2, 100).build());
  }

  /** Removes an application, whose messages and deliveries are still there. */
  private void removals() {
    put(new SettingChange.RemoveEndpoint(0, REMOVED * 10));
    put(new SettingChange.RemoveApplication(REMOVED));
  }
}
