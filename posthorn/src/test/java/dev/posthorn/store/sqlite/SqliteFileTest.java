package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posthorn.AttemptKind;
import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/** Tests of opening files: valid, invalid, locked. */
class SqliteFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("store.db");
  }

  private static Store open(Path file) {
    return SqliteStore.open(file, SqliteOptions.defaults());
  }

  private static StoreException refusal(Path file) {
    return catchThrowableOfType(StoreException.class, () -> open(file).close());
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  @Test
  void anEmptyFileBecomesAStore() throws IOException {
    Files.createFile(file);
    open(file).close();
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void aMessageForManyParkedEndpointsWritesFewPages() {
    int endpoints = 1_000;
    try (Store store = open(file)) {
      fanOut(store, 10_000, endpoints, 40); // each endpoint has its own page from here on
      while (store.upkeep(0, 0)) {}
      long before = store.stats().walBytes();
      fanOut(store, 1_000_000, endpoints, 1);
      assertThat(store.stats().walBytes() - before).isLessThan(endpoints * 4_096L / 8);
    }
  }

  private static void fanOut(Store store, long firstId, int endpoints, int messages) {
    Batch batch = new Batch();
    long id = firstId;
    for (int i = 0; i < messages; i++) {
      long message = id++;
      for (int endpoint = 0; endpoint < endpoints; endpoint++) {
        batch.in(0).parked.add(parked(id++, 1_000L * endpoint, message));
      }
    }
    batch.idFloor = id;
    store.commit(batch);
  }

  private static LiveRow parked(long id, long endpoint, long message) {
    return LiveRow.parked(id, endpoint, message, 5, 9_000, AttemptKind.SCHEDULED)
        .parkedUntil(5, 10)
        .withAttempts(1);
  }

  @Test
  void aStoreIsOpenOnce() throws IOException {
    try (Store first = open(file)) {
      StoreException refusal = refusal(file);
      assertThat(refusal.reason()).isEqualTo(Reason.LOCKED);
      assertThat(refusal).hasMessageContaining(file.toRealPath().toString());
      Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
      assertThat(refusal(link).reason()).isEqualTo(Reason.LOCKED);
      first.commit(new Batch());
    }
    open(file).close();
  }

  @Test
  void aStoreThatAnotherProcessHasOpenIsLocked() throws Exception {
    try (OtherProcess other = OtherProcess.opening(file)) {
      assertThat(other.line()).isEqualTo("open");
      assertThat(refusal(file).reason()).isEqualTo(Reason.LOCKED);
      other.kill();
    }
    open(file).close();
  }

  @Test
  void aSecondTryHereDoesNotOpenTheDoorToOthers() throws Exception {
    try (Store store = open(file)) {
      assertThat(refusal(file).reason()).isEqualTo(Reason.LOCKED);
      try (OtherProcess other = OtherProcess.opening(file)) {
        assertThat(other.line()).startsWith("LOCKED").contains(file.getFileName().toString());
      }
      store.commit(new Batch());
    }
  }

  @Test
  void aStoreOfTheFirstVersionIsBroughtUpToDateWithWhatIsInIt() throws SQLException, IOException {
    String first;
    try (InputStream script =
        SqliteStore.class.getResourceAsStream("/dev/posthorn/store/sqlite/V001.sql")) {
      first = new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement run = connection.createStatement()) {
      run.executeUpdate(first);
      run.executeUpdate(
          "INSERT INTO message(id, application, type, content_type, targets, body)"
              + " VALUES (10, 7, 'a', 'text/plain', x'', x'41')");
    }
    MessageRow before =
        new MessageRow(
            10,
            7,
            MessageSpec.of("a").withContentType("text/plain"),
            new long[0],
            new byte[] {'A'});
    try (Store store = open(file)) {
      assertThat(store.in(0).message(10)).usingRecursiveComparison().isEqualTo(before);
    }
    try (Store again = open(file)) {
      assertThat(again.in(0).message(10)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void aStoreOfANewerVersionIsRefused() throws SQLException {
    open(file).close();
    sql("PRAGMA user_version = 99");
    StoreException refusal = refusal(file);
    assertThat(refusal.reason()).isEqualTo(Reason.NEWER_VERSION);
    assertThat(refusal).hasMessageContaining("99").hasMessageContaining("update Posthorn");
  }

  @Test
  void aFileThatIsNotADatabaseIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(file, "Dear diary");
    assertThat(refusal(file).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(file).hasContent("Dear diary");
  }

  @Test
  void aDatabaseOfSomethingElseIsRefusedAndLeftAlone() throws SQLException, IOException {
    sql("CREATE TABLE diary (day TEXT)");
    byte[] before = Files.readAllBytes(file);
    StoreException refusal = refusal(file);
    assertThat(refusal.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal).hasMessageContaining("not a Posthorn store");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void aDamagedStoreIsRefused() throws IOException {
    open(file).close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[8_000]), 100);
    }
    assertThat(refusal(file).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void aMissingDirectoryIsNamed() {
    StoreException refusal = refusal(directory.resolve("missing").resolve("store.db"));
    assertThat(refusal.reason()).isEqualTo(Reason.IO);
    assertThat(refusal).hasMessageContaining("missing");
  }

  /** SQLite has no specific error for some of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFullDiskAtTheStartIsTold(boolean exists) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to limit");
    if (exists) {
      open(file).close();
    }
    try (OtherProcess other = OtherProcess.openingWithin(16, file, library())) {
      assertThat(other.line()).startsWith("FULL No space is left for " + file);
    }
    open(file).close();
  }

  /** Returns a folder with the driver's version of SQLite's library. */
  private Path library() throws IOException {
    String name = System.mapLibraryName("sqlitejdbc");
    String from = "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(from)) {
      Files.copy(Objects.requireNonNull(in), directory.resolve(name));
    }
    return directory;
  }

  @Test
  void otherProgramsMayReadTheFile() throws SQLException {
    try (Store store = open(file)) {
      Batch batch = new Batch();
      batch.settings.add(new PutSetting("name", "value"));
      store.commit(batch);
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT value FROM setting")) {
        assertThat(row.getString(1)).isEqualTo("value");
      }
    }
  }
}
