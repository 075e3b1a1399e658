package dev.posthorn.internal.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class ErrorsTest {
  private final Errors errors = new Errors(Path.of("store.db"));

  @ParameterizedTest
  @CsvSource({
    "SQLITE_FULL, FULL",
    "SQLITE_CONSTRAINT_UNIQUE, REJECTED",
    "SQLITE_CONSTRAINT_NOTNULL, REJECTED",
    "SQLITE_TOOBIG, REJECTED",
    "SQLITE_CORRUPT, CORRUPT",
    "SQLITE_CORRUPT_INDEX, CORRUPT",
    "SQLITE_NOTADB, CORRUPT",
    "SQLITE_BUSY, LOCKED",
    "SQLITE_BUSY_SNAPSHOT, LOCKED",
    "SQLITE_IOERR_WRITE, FULL",
    "SQLITE_IOERR_SHMSIZE, FULL",
    "SQLITE_IOERR_READ, IO",
    "SQLITE_READONLY, IO",
    "SQLITE_INTERRUPT, IO",
    "SQLITE_ERROR, IO"
  })
  void eachCodeHasAReason(SQLiteErrorCode code, Reason reason) {
    assertThat(errors.of(new SQLiteException("text", code)).reason()).isEqualTo(reason);
  }

  @Test
  void afterAnIoErrorOfTheCommitItselfNobodyKnows() {
    SQLException sync = new SQLiteException("text", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
    assertThat(errors.ofCommit(sync).reason()).isEqualTo(Reason.UNKNOWN);
    SQLException index = new SQLiteException("text", SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
    assertThat(errors.ofCommit(index).reason()).isEqualTo(Reason.UNKNOWN);
  }

  @Test
  void aCommitThatCannotBeWrittenWasNot() {
    SQLException write = new SQLiteException("text", SQLiteErrorCode.SQLITE_IOERR_WRITE);
    assertThat(errors.ofCommit(write).reason()).isEqualTo(Reason.FULL);
    SQLException readOnly = new SQLiteException("text", SQLiteErrorCode.SQLITE_READONLY);
    assertThat(errors.ofCommit(readOnly).reason()).isEqualTo(Reason.IO);
    SQLException full = new SQLiteException("text", SQLiteErrorCode.SQLITE_FULL);
    assertThat(errors.ofCommit(full).reason()).isEqualTo(Reason.FULL);
  }

  @Test
  void aRowWithAHoleIsRejectedAndAKnownErrorStaysAsItIs() {
    assertThat(errors.of(new NullPointerException("type")).reason()).isEqualTo(Reason.REJECTED);
    StoreException known = new StoreException(Reason.FULL, "text", null);
    assertThat(errors.of(known)).isSameAs(known);
  }
}
