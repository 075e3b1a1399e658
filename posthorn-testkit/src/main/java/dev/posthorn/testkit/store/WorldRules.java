package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.PutEnvironment;
import dev.posthorn.spi.store.rows.SettingChange.PutTask;
import dev.posthorn.spi.store.rows.SettingChange.PutToken;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEnvironment;
import dev.posthorn.spi.store.rows.SettingChange.RemoveTask;
import dev.posthorn.spi.store.rows.SettingChange.RemoveToken;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Environments, tokens and tasks come back as they went, are replaced, and are removed. */
interface WorldRules extends StoreRules {

  private void apply(SettingChange... changes) {
    commit(b -> b.settings.addAll(List.of(changes)));
  }

  private void assertRejected(SettingChange change) {
    assertThatThrownBy(() -> apply(change))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.REJECTED));
  }

  @Test
  default void environmentsArePutReplacedAndRemoved() {
    EnvironmentRow first = new EnvironmentRow(1, "org_a", 5, 6);
    EnvironmentRow second = new EnvironmentRow(2, "org_b", 7, 8, 3_600_000);
    apply(new PutEnvironment(second), new PutEnvironment(first));
    assertThat(store().environments(0, 10)).containsExactly(first, second);
    assertThat(store().environments(0, 1)).containsExactly(first);
    assertThat(store().environments(1, 10)).containsExactly(second);
    assertRejected(new PutEnvironment(new EnvironmentRow(3, "org_a", 9, 9)));
    assertThat(store().environments(0, 10)).containsExactly(first, second);

    EnvironmentRow changed = new EnvironmentRow(2, "org_a", 7, 9);
    apply(new RemoveEnvironment(1), new PutEnvironment(changed));
    assertThat(reopen().environments(0, 10)).containsExactly(changed);
  }

  private static TokenRow token(long id, int hash) {
    return new TokenRow(
        id,
        new TokenGrant(1, 0, TokenRow.Kind.API_KEY, List.of(), 0),
        "key " + id,
        new byte[] {(byte) hash, 0, -1},
        "x9",
        5);
  }

  @Test
  default void tokensArePutReplacedAndRemoved() {
    TokenRow plain = token(1, 1);
    TokenRow full =
        new TokenRow(
            2,
            new TokenGrant(7, 8, TokenRow.Kind.PORTAL, List.of("read", "write:é"), 600),
            "portal",
            new byte[] {2},
            "ab12",
            5);
    apply(new PutToken(full), new PutToken(plain));
    assertThat(store().tokens(0, 10))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(plain, full);
    assertThat(store().tokens(0, 1)).hasSize(1);
    assertThat(store().tokens(1, 10)).extracting(TokenRow::id).containsExactly(2L);
    assertRejected(new PutToken(token(3, 1)));

    TokenRow revoked =
        new TokenRow(
            2,
            new TokenGrant(7, 8, TokenRow.Kind.REVOKED, List.of(), 0),
            "portal",
            new byte[] {2},
            "ab12",
            5);
    apply(new RemoveToken(1), new PutToken(revoked), new PutToken(token(3, 1)));
    assertThat(reopen().tokens(0, 10))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(revoked, token(3, 1));
  }

  private static TaskRow task(long id, long environment, String type, String status) {
    return TaskRow.begin(id, environment, 3, type, "{\"since\":1}", 5)
        .with(status, "{\"since\":1}", 6);
  }

  private List<Long> tasks(
      long after,
      long before,
      boolean newestFirst,
      @Nullable String type,
      @Nullable String status) {
    Page<TaskRow> page =
        Pages.of(
            store(),
            new TaskQuery(1, new PageRequest(after, before, newestFirst, 2), type, status));
    return page.rows().stream().map(TaskRow::id).toList();
  }

  @Test
  default void tasksArePutReplacedAndRemoved() {
    TaskRow first = task(1, 1, "replay", TaskRow.RUNNING);
    TaskRow other = task(2, 2, "expunge", TaskRow.RUNNING);
    apply(new PutTask(first), new PutTask(other));
    assertThat(store().task(1)).isEqualTo(first);
    assertThat(store().task(3)).isNull();
    assertThat(store().runningTasks()).containsExactly(first, other);

    TaskRow done = TaskRow.begin(1, 1, 3, "replay", "{}", 5).with(TaskRow.FINISHED, "{}", 9);
    apply(new PutTask(done));
    assertThat(reopen().runningTasks()).containsExactly(other);
    assertThat(store().task(1)).isEqualTo(done);
    apply(new RemoveTask(1), new RemoveTask(2));
    assertThat(store().task(1)).isNull();
    assertThat(store().runningTasks()).isEmpty();
  }

  @Test
  default void tasksAreListedByEnvironmentTypeAndStatus() {
    apply(
        new PutTask(task(1, 1, "replay", TaskRow.FINISHED)),
        new PutTask(task(2, 2, "replay", TaskRow.RUNNING)),
        new PutTask(task(3, 1, "expunge", TaskRow.FAILED)),
        new PutTask(task(4, 1, "replay", TaskRow.RUNNING)),
        new PutTask(task(5, 1, "replay", TaskRow.FINISHED)));
    assertThat(tasks(0, Long.MAX_VALUE, false, null, null)).containsExactly(1L, 3L);
    assertThat(tasks(3, Long.MAX_VALUE, false, null, null)).containsExactly(4L, 5L);
    assertThat(tasks(0, Long.MAX_VALUE, true, null, null)).containsExactly(5L, 4L);
    assertThat(tasks(0, 4, true, null, null)).containsExactly(3L, 1L);
    assertThat(tasks(0, Long.MAX_VALUE, false, "expunge", null)).containsExactly(3L);
    assertThat(tasks(0, Long.MAX_VALUE, false, "replay", TaskRow.FINISHED)).containsExactly(1L, 5L);
    Page<TaskRow> all = Pages.of(store(), new TaskQuery(1, PageRequest.after(0, 3), null, null));
    assertThat(all.next()).isEqualTo(4);
    assertThat(Pages.of(store(), new TaskQuery(1, PageRequest.after(4, 3), null, null)).done())
        .isTrue();
  }
}
