package dev.posthorn.testkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests that a database's faults lose nothing: after each {@link Fault}, all accepted messages have
 * arrived, no more deliveries were repeated than were in flight, and deliveries have resumed by
 * themselves. A subclass names the database:
 *
 * <pre>{@code
 * class OurDatabaseChaosTest extends DatabaseChaos {
 *   @Override
 *   protected ChaosDatabase database() {
 *     return ChaosDatabase.at("jdbc:postgresql://127.0.0.1/chaos?user=chaos&password=secret");
 *   }
 * }
 * }</pre>
 *
 * <p>All faults happen to one {@link dev.posthorn.Posthorn} that stays open. In the end, a table of
 * the results is logged.
 */
public abstract class DatabaseChaos {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseChaos.class);

  /** Creates the tests. */
  protected DatabaseChaos() {}

  /** Returns the database. */
  protected abstract ChaosDatabase database() throws IOException, SQLException;

  /** Returns the faults to make; by default all of them. */
  protected Collection<Fault> faults() {
    return Arrays.asList(Fault.values());
  }

  /** Returns the length of the faults that last; by default five seconds. */
  protected Duration outage() {
    return Duration.ofSeconds(5);
  }

  /**
   * Returns the longest time that deliveries may take to resume after a fault. The default, a
   * minute, is for machines with other work.
   */
  protected Duration resumption() {
    return Duration.ofMinutes(1);
  }

  /** Makes one fault after the other. */
  @TestFactory
  Stream<DynamicTest> faultsLoseNothing() throws IOException, SQLException {
    ChaosDatabase database = database();
    ChaosRun run = open(database);
    List<ChaosResult> results = new ArrayList<>();
    return faults().stream()
        .map(fault -> DynamicTest.dynamicTest(fault.title(), () -> check(run, fault, results)))
        .onClose(() -> end(database, run, results));
  }

  private ChaosRun open(ChaosDatabase database) throws IOException, SQLException {
    try {
      return ChaosRun.open(database, outage());
    } catch (IOException | SQLException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private void check(ChaosRun run, Fault fault, List<ChaosResult> results)
      throws SQLException, IOException, InterruptedException {
    ChaosResult result = run.run(fault);
    results.add(result);
    assumeTrue(result.skipped() == null, () -> "not made: " + result.skipped());
    assertEquals(0, result.lost(), "deliveries of accepted messages that did not arrive");
    assertTrue(
        result.repeats() <= (long) result.times() * ChaosRun.MAX_IN_FLIGHT,
        () -> result.repeats() + " repeats are more than were in flight");
    assertTrue(
        result.resumed().compareTo(resumption()) <= 0,
        () -> "deliveries resumed after " + result.resumed());
  }

  private static void end(ChaosDatabase database, ChaosRun run, List<ChaosResult> results) {
    try (database;
        run) {
      LOG.info("Faults of the database:\n{}", ChaosResult.table(results));
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("cannot close what the tests used", e);
    }
  }
}
