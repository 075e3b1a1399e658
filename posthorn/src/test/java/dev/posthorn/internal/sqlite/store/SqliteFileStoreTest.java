package dev.posthorn.internal.sqlite.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posthorn.DeliveryState;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.ReaderPool;
import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.settings.SettingReads;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteFileStoreTest {
  @TempDir Path directory;
  private SqliteFileStore store;

  @BeforeEach
  void open() {
    store =
        (SqliteFileStore)
            SqliteStoreOpener.open(directory.resolve("store.db"), SqliteOptions.defaults());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Batch attempts(long from, int count) {
    Batch batch = new Batch();
    for (long id = from; id < from + count; id++) {
      batch
          .in(0)
          .attempts
          .add(
              AttemptRow.of(id, id / 2, 0, id * 31 % 997)
                  .state(DeliveryState.SUCCEEDED)
                  .spent(1)
                  .status(200)
                  .build());
    }
    batch.idFloor = from + count;
    return batch;
  }

  @Test
  void aBrokenConnectionIsReplacedAndTheBatchCanBeCommittedAgain() throws SQLException {
    store.commit(attempts(1, 10));
    store.session().connection().close();
    Batch batch = attempts(11, 10);
    Reason reason = catchThrowableOfType(StoreException.class, () -> store.commit(batch)).reason();
    assertThat(reason).isIn(Reason.IO, Reason.UNKNOWN);
    assertThat(store.idFloor()).isEqualTo(11);

    store.commit(batch);
    assertThat(store.idFloor()).isEqualTo(21);
    assertThat(store.in(0).attempts(5)).hasSize(2);
    assertThat(store.in(0).attempts(9)).hasSize(2);
  }

  @Test
  void aPageOfMessagesForVeryManyEndpointsIsShort() {
    Batch batch = new Batch();
    for (long id = 1; id <= 100; id++) {
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[20_000],
                  new byte[] {1}));
    }
    batch.idFloor = 100;
    store.commit(batch);
    int pages = 0;
    int rows = 0;
    long after = 0;
    do {
      MessageQuery query = new MessageQuery(1, PageRequest.after(after, 250), MessageFilter.NONE);
      Page<MessageRow> page = store.in(0).messages(query);
      pages++;
      rows += page.rows().size();
      after = page.next();
      assertThat(page.rows().size()).isBetween(0, 30);
    } while (after != 0);
    assertThat(rows).isEqualTo(100);
    assertThat(pages).isGreaterThan(3);
  }

  @Test
  void aConnectionThatReadsIsReplacedOnceItIsBroken() throws SQLException {
    Connections connections =
        new Connections(directory.resolve("store.db"), SqliteOptions.defaults());
    Errors errors = new Errors(directory.resolve("store.db"));
    try (ReaderPool pool = new ReaderPool(connections, errors, 1)) {
      assertThatThrownBy(
              () ->
                  pool.find(
                      reader -> {
                        reader.close();
                        return null;
                      }))
          .isInstanceOf(StoreException.class);
      assertThat(pool.<String>find(reader -> SettingReads.setting(reader, "none"))).isNull();
    }
  }

  /** An error in the middle of a transaction leaves no trace of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anErrorInTheMiddleOfABatchLeavesNothingOfIt(boolean again) {
    store.commit(attempts(1, 10));
    Batch batch = attempts(11, 10);
    boolean[] broken = {true};
    List<String> tags =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            if (broken[0]) {
              throw new OutOfMemoryError("planted");
            }
            return "tag";
          }

          @Override
          public int size() {
            return 1;
          }
        };
    batch.settings.add(new SettingChange.PutSetting("name", "value"));
    batch
        .in(0)
        .messages
        .add(
            new MessageRow(
                12,
                1,
                MessageSpec.of("t").withTags(tags).withContentType("text/plain"),
                new long[] {1},
                new byte[10]));
    assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(OutOfMemoryError.class);
    assertThat(store.setting("name")).isNull();
    assertThat(store.idFloor()).isEqualTo(11);

    broken[0] = false;
    Batch next = again ? batch : attempts(21, 10);
    store.commit(next);
    assertThat(store.idFloor()).isEqualTo(next.idFloor);
    assertThat(store.setting("name")).isEqualTo(again ? "value" : null);
    assertThat(store.in(0).attempts(6)).hasSize(again ? 2 : 0);
  }

  private static Batch messages(long from, int count) {
    Batch batch = attempts(from, 0);
    for (long id = from; id < from + count; id++) {
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[0],
                  new byte[0]));
    }
    batch.idFloor = from + count;
    return batch;
  }

  @Test
  void retentionRemovesAtLeastWhatCame() {
    int old = 6_000;
    store.commit(messages(1, old));
    while (store.upkeep(2, 0)) {
      // Until all rows are in the indexes; the first message is removed.
    }
    int fresh = 4_000;
    store.commit(messages(old + 1, fresh));
    store.upkeep(old + 1, 0);
    assertThat(store.in(0).message(2)).isNull();
    assertThat(store.in(0).message(fresh)).isNull();
    assertThat(store.in(0).message(old + 1)).isNotNull();
  }

  @Test
  void theTailIsBoundedEvenIfUpkeepIsNeverCalled() {
    int batches = 60;
    int size = 6_000;
    int most = 0;
    for (int i = 0; i < batches; i++) {
      store.commit(attempts(1L + (long) i * size, size));
      int rows = 0;
      for (Run run : store.session().attemptTail().runs()) {
        rows += run.size();
      }
      most = Math.max(most, rows);
    }
    assertThat(most).isBetween(1, 250_000);
    assertThat(store.session().progress().attemptsIndexed()).isPositive();
    for (long message = 1; message < batches * size / 2; message += 9_973) {
      assertThat(store.in(0).attempts(message))
          .extracting(AttemptRow::id)
          .containsExactly(2 * message, 2 * message + 1);
    }
  }
}
