package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.ForgiveFailures;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.PutConsumer;
import dev.posthorn.spi.store.rows.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.PutEventType;
import dev.posthorn.spi.store.rows.SettingChange.PutLaneState;
import dev.posthorn.spi.store.rows.SettingChange.PutSecret;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import dev.posthorn.spi.store.rows.SettingChange.RemoveApplication;
import dev.posthorn.spi.store.rows.SettingChange.RemoveCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.RemoveConsumer;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEventType;
import dev.posthorn.spi.store.rows.SettingChange.RemoveSecret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Settings come back unchanged, are replaced and are removed. */
interface SettingRules extends StoreRules {
  long OWNER = Rows.application(3);

  private void apply(SettingChange... changes) {
    commit(b -> b.settings.addAll(List.of(changes)));
  }

  private static ApplicationRow application(int number, @Nullable String uid) {
    long id = Rows.application(number);
    return new ApplicationRow(id, 1, ApplicationSpec.of(uid, "name " + id), 5, 6);
  }

  private static EndpointRow endpoint(long id, @Nullable String uid) {
    EndpointSpec spec = EndpointSpec.to("https://example.com/" + id).uid(uid).build();
    return new EndpointRow(id, OWNER, spec, EndpointState.ENABLED, 5, 6);
  }

  /** A spec that has each setting. */
  private static EndpointSpec full() {
    return EndpointSpec.to("https://user@example.com/ü")
        .uid("uid")
        .description("a note")
        .eventTypes(List.of("invoice.*", "user.login"))
        .channels(List.of("eu", "us"))
        .metadata(Map.of("k", "v"))
        .policy(
            EndpointPolicy.builder()
                .ordered(true)
                .rateLimit(5)
                .concurrency(6)
                .timeoutMillis(7)
                .retryWaits(List.of(0L, 5_000L, Long.MAX_VALUE))
                .wireFormat("cidadao")
                .build())
        .build();
  }

  @Test
  default void applicationsArePutReplacedAndRemoved() {
    ApplicationRow first = application(1, null);
    ApplicationRow second =
        new ApplicationRow(
            Rows.application(2), 9, new ApplicationSpec("uid", "n", 50, Map.of("k", "v")), 7, 8);
    apply(new PutApplication(second), new PutApplication(first));
    assertThat(scan().applications(0, 10)).containsExactly(first, second);
    assertThat(scan().applications(0, 1)).containsExactly(first);
    assertThat(scan().applications(first.id(), 10)).containsExactly(second);

    ApplicationRow changed =
        new ApplicationRow(second.id(), 9, ApplicationSpec.of("other", "m"), 7, 9);
    apply(new PutApplication(changed), new RemoveApplication(first.id()));
    assertThat(scan(reopen()).applications(0, 10)).containsExactly(changed);
  }

  @Test
  default void endpointsArePutReplacedAndRemovedWithWhatIsTheirs() {
    EndpointRow plain = endpoint(1, null);
    EndpointRow full = new EndpointRow(2, OWNER, full(), EndpointState.DISABLED_GONE, 10, 11);
    SecretRow secret = new SecretRow(2, 1, 4, new byte[] {1, 0, -1}, 0);
    apply(
        new PutEndpoint(full),
        new PutEndpoint(plain),
        new PutSecret(partition(), secret),
        new PutLaneState(partition(), new LaneStateRow(2, 99, 0, 0, 0)),
        new PutConsumer(partition(), new ConsumerRow(2, "c", 7, 8)));
    assertThat(scan().endpoints(0, 10)).containsExactly(plain, full);
    assertThat(scan().endpoints(1, 10)).containsExactly(full);

    EndpointPolicy noRetries = EndpointPolicy.builder().retryWaits(List.of()).build();
    EndpointSpec spec = EndpointSpec.to("https://example.com/x").policy(noRetries).build();
    EndpointRow changed = new EndpointRow(1, OWNER, spec, EndpointState.PAUSED, 5, 7);
    apply(new PutEndpoint(changed), new RemoveEndpoint(partition(), 2));
    assertThat(scan(reopen()).endpoints(0, 10)).containsExactly(changed);
    assertThat(reads().secrets(2)).isEmpty();
    assertThat(scan().laneStates(0, 10)).isEmpty();
    assertThat(reads().consumers(2)).isEmpty();
  }

  @Test
  default void aUidIsUniqueWhereItCounts() {
    apply(
        new PutApplication(application(1, "a")),
        new PutApplication(application(2, null)),
        new PutApplication(application(3, null)),
        new PutApplication(
            new ApplicationRow(
                Rows.application(4), 2, ApplicationSpec.of("a", "other world"), 0, 0)),
        new PutEndpoint(endpoint(1, "a")));
    assertThatThrownBy(() -> apply(new PutApplication(application(2, "a"))))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.REJECTED));
    assertThatThrownBy(() -> apply(new PutEndpoint(endpoint(2, "a"))))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.REJECTED));
    assertThat(scan().applications(0, 10)).hasSize(4);
    assertThat(scan().endpoints(0, 10)).hasSize(1);
  }

  @Test
  default void secretsArePutReplacedAndRemoved() {
    SecretRow headers = new SecretRow(5, SecretRow.HEADERS, 1, new byte[] {9}, 0);
    SecretRow old = new SecretRow(5, SecretRow.FIRST_SIGNING, 1, new byte[] {1}, 700);
    SecretRow young = new SecretRow(5, SecretRow.FIRST_SIGNING + 1, 1, new byte[] {2}, 0);
    SecretRow certificate = new SecretRow(5, SecretRow.CLIENT_CERTIFICATE, 1, new byte[9_000], 0);
    SecretRow ca = new SecretRow(5, SecretRow.SERVER_CA, 1, new byte[] {6}, 0);
    apply(
        new PutSecret(partition(), young),
        new PutSecret(partition(), certificate),
        new PutSecret(partition(), headers),
        new PutSecret(partition(), ca),
        new PutSecret(partition(), old));
    assertThat(reads().secrets(5))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(ca, certificate, headers, old, young);
    assertThat(reads().secrets(6)).isEmpty();

    SecretRow rotated = new SecretRow(5, SecretRow.FIRST_SIGNING + 1, 2, new byte[] {3, 4}, 8);
    apply(
        new PutSecret(partition(), rotated),
        new RemoveSecret(partition(), 5, SecretRow.FIRST_SIGNING),
        new RemoveSecret(partition(), 5, SecretRow.CLIENT_CERTIFICATE));
    assertThat(reads(reopen()).secrets(5))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(ca, headers, rotated);
  }

  @Test
  default void endpointsAreReadWithTheirSecrets() {
    assertThat(scan().scan().hasSecrets()).isFalse();
    for (long id : new long[] {3, 4, 5, 8}) {
      apply(new PutEndpoint(endpoint(id, null)));
      for (int slot = 2; slot >= 0 && id != 4; slot--) {
        apply(new PutSecret(partition(), new SecretRow(id, slot, 1, new byte[] {7}, 0)));
      }
    }
    assertThat(scan().scan().hasSecrets()).isTrue();
    assertThat(slots(0, 10))
        .containsExactly(List.of(0, 1, 2), List.of(), List.of(0, 1, 2), List.of(0, 1, 2));
    assertThat(slots(3, 2)).containsExactly(List.of(), List.of(0, 1, 2));
    assertThat(slots(8, 2)).isEmpty();
    apply(new RemoveEndpoint(partition(), 3), new RemoveEndpoint(partition(), 8));
    assertThat(slots(0, 10)).containsExactly(List.of(), List.of(0, 1, 2));
    for (int slot = 0; slot < 3; slot++) {
      apply(new RemoveSecret(partition(), 5, slot));
    }
    assertThat(scan(reopen()).scan().hasSecrets()).isFalse();
  }

  private List<List<Integer>> slots(long after, int limit) {
    return scan().endpointsWithSecrets(after, limit).stream()
        .map(endpoint -> endpoint.secrets().stream().map(SecretRow::slot).toList())
        .toList();
  }

  @Test
  default void laneStatesArePutAndRemoved() {
    apply(
        new PutLaneState(partition(), new LaneStateRow(5, 100, 0, 0, 0)),
        new PutLaneState(partition(), new LaneStateRow(6, 200, 201, 202, 203)),
        new PutLaneState(partition(), new LaneStateRow(7, 300, 0, 0, 0)),
        new PutLaneState(partition(), new LaneStateRow(8, 0, 400, 0, 0)),
        new PutLaneState(partition(), new LaneStateRow(9, 0, 0, 500, 501)));
    LaneStateRow replaced = new LaneStateRow(5, 150, 151, 152, 153);
    apply(
        new PutLaneState(partition(), replaced),
        new PutLaneState(partition(), LaneStateRow.empty(6)));
    assertThat(scan().laneStates(5, 10))
        .containsExactly(
            new LaneStateRow(7, 300, 0, 0, 0),
            new LaneStateRow(8, 0, 400, 0, 0),
            new LaneStateRow(9, 0, 0, 500, 501));
    assertThat(scan().laneStates(0, 1)).containsExactly(replaced);
    assertThat(scan(reopen()).laneStates(0, 10)).hasSize(4).contains(replaced);
  }

  @Test
  default void failuresAreForgivenAndTheRestOfALanesStateStays() {
    apply(
        new PutLaneState(partition(), new LaneStateRow(5, 100, 101, 102, 103)),
        new PutLaneState(partition(), new LaneStateRow(6, 200, 0, 0, 1)));
    apply(new ForgiveFailures(partition(), 5), new ForgiveFailures(partition(), 7));
    assertThat(scan(reopen()).laneStates(0, 10))
        .containsExactly(new LaneStateRow(5, 0, 101, 102, 103), new LaneStateRow(6, 200, 0, 0, 1));
  }

  @Test
  default void consumersArePutReplacedAndRemoved() {
    ConsumerRow first = new ConsumerRow(5, "é 1", 100, 200);
    ConsumerRow second = new ConsumerRow(5, "b", 101, 201);
    ConsumerRow elsewhere = new ConsumerRow(6, "b", 102, 202);
    apply(
        new PutConsumer(partition(), first),
        new PutConsumer(partition(), second),
        new PutConsumer(partition(), elsewhere));
    assertThat(reads().consumers(5)).containsExactly(second, first);
    assertThat(reads().consumers(7)).isEmpty();

    ConsumerRow moved = new ConsumerRow(5, "b", 50, 300);
    apply(
        new PutConsumer(partition(), moved),
        new RemoveConsumer(partition(), 5, "é 1"),
        new RemoveConsumer(partition(), 7, "b"));
    assertThat(reads(reopen()).consumers(5)).containsExactly(moved);
    assertThat(reads().consumers(6)).containsExactly(elsewhere);
  }

  private static EventTypeRow eventType(long environment, String name) {
    return EventTypeRow.of(environment, name, 5).build().changed(6).build();
  }

  @Test
  default void eventTypesArePutReplacedAndRemoved() {
    EventTypeRow paid =
        EventTypeRow.of(1, "invoice.paid", 5)
            .build()
            .changed(6)
            .description("d")
            .schemas("{\"1\":{}}")
            .archived(true)
            .deprecated(true)
            .featureFlags(List.of("beta", "new"))
            .groupName("invoices")
            .retryWaits(List.of(0L, 5_000L))
            .build();
    EventTypeRow login = eventType(1, "user.login");
    EventTypeRow elsewhere = eventType(2, "user.login");
    apply(new PutEventType(login), new PutEventType(paid), new PutEventType(elsewhere));
    assertThat(store().eventTypes(1)).containsExactly(paid, login);

    EventTypeRow changed =
        EventTypeRow.of(1, "user.login", 5)
            .build()
            .changed(9)
            .description("x")
            .schemas("{}")
            .deprecated(true)
            .featureFlags(List.of("f"))
            .groupName("g")
            .retryWaits(List.of())
            .build();
    apply(new PutEventType(changed), new RemoveEventType(1, "invoice.paid"));
    assertThat(store().eventTypes(1)).containsExactly(changed);
    assertThat(store().eventTypes(2)).containsExactly(elsewhere);
  }

  @Test
  default void changesOfOneBatchAreAppliedInOrder() {
    apply(
        new PutSetting("a", "1"),
        new PutSetting("a", "2"),
        new PutSetting("b", "1"),
        new PutSetting("b", null));
    assertThat(store().setting("a")).isEqualTo("2");
    assertThat(store().setting("b")).isNull();
    assertThat(store().setting("c")).isNull();
  }

  @Test
  default void cancellationsArePutReplacedAndRemoved() {
    CancelMark ofEndpoint = new CancelMark(0, 5, 100);
    CancelMark ofMessage = new CancelMark(10, 0, 12);
    CancelMark ofBoth = new CancelMark(10, 5, 11);
    apply(
        new PutCancelMark(partition(), ofBoth),
        new PutCancelMark(partition(), new CancelMark(0, 5, 50)),
        new PutCancelMark(partition(), ofMessage),
        new PutCancelMark(partition(), ofEndpoint));
    assertThat(scan().cancelMarks()).containsExactly(ofEndpoint, ofMessage, ofBoth);

    apply(new RemoveCancelMark(partition(), 10, 0), new RemoveCancelMark(partition(), 99, 9));
    assertThat(scan(reopen()).cancelMarks()).containsExactly(ofEndpoint, ofBoth);
  }
}
