package dev.posthorn.testkit;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.api.OpenPosthorn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Posthorn for tests of programs that send webhooks: the real engine and store in a folder of its
 * own, real HTTP to a receiver in the same process, and a time that the test sets.
 *
 * <pre>{@code
 * try (TestPosthorn test = TestPosthorn.open()) {
 *   test.posthorn().endpoints().add(NewEndpoint.of(test.receiver().url()));
 *   test.receiver().respondWith(503);
 *   test.posthorn().send("invoice.paid", invoice);
 *   test.deliverDue();                        // the first attempt fails
 *   test.receiver().respondWith(204);
 *   test.advance(Duration.ofSeconds(5));      // the first wait of the standard schedule
 *   test.deliverDue();                        // the second attempt succeeds
 *   assertThat(test.receiver().lastRequest().text()).isEqualTo("…");
 * }
 * }</pre>
 *
 * <p>The time stands still, beginning with the machine's time when it was opened, until {@link
 * #advance} moves it. Requests and their timeouts take real time. Retries have no jitter, so the
 * times of the schedule are exact.
 */
public final class TestPosthorn implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Enough for a test, and so few that no limit of file descriptors is in the way. */
  private static final int MOST_REQUESTS = 256;

  private static final String LOOPBACK = "127.0.0.0/8";

  private final @Nullable Path folder;
  private final SettableClock clock;
  private final Activity activity = new Activity();
  private final TestReceiver receiver;
  private final OpenPosthorn posthorn;
  private volatile Duration patience = PATIENCE;

  private TestPosthorn(@Nullable Path folder, PosthornOptions options) {
    if (!options.clock().equals(InstantSource.system())) {
      throw new IllegalArgumentException(
          "clock: the time of a TestPosthorn is set with advance(); leave the option out");
    }
    this.folder = folder;
    this.clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    this.receiver = new TestReceiver(clock);
    try {
      this.posthorn =
          OpenPosthorn.open(options, machine -> TestRuntime.of(machine, clock, activity));
    } catch (RuntimeException | Error e) {
      receiver.close();
      throw e;
    }
    receiver.verifyFor(posthorn);
  }

  /** Opens a Posthorn with the default options. */
  public static TestPosthorn open() {
    return open(options -> {});
  }

  /**
   * Opens a Posthorn with other options.
   *
   * @param change sets options, such as {@code options -> options.retention(Duration.ofDays(7))};
   *     clock and file stay
   * @throws IllegalArgumentException if it sets a clock
   */
  public static TestPosthorn open(Consumer<PosthornOptions.Builder> change) {
    Path folder = newFolder();
    try {
      PosthornOptions.Builder builder =
          forTests(PosthornOptions.builder(folder.resolve("webhooks.db")), List.of());
      change.accept(builder);
      return new TestPosthorn(folder, builder.build());
    } catch (RuntimeException | Error e) {
      delete(folder);
      throw e;
    }
  }

  /**
   * Opens a Posthorn with the store and the options of a program, except that it may also deliver
   * to 127.0.0.0/8, has no jitter, and makes at most 256 requests at the same time. Closing it
   * deletes nothing.
   *
   * @throws IllegalArgumentException if the options set a clock
   */
  public static TestPosthorn open(PosthornOptions options) {
    PosthornOptions.Builder builder = forTests(options.toBuilder(), options.allowedNetworks());
    return new TestPosthorn(
        null, builder.maxInFlight(Math.min(options.maxInFlight(), MOST_REQUESTS)).build());
  }

  private static PosthornOptions.Builder forTests(
      PosthornOptions.Builder builder, List<String> allowed) {
    String[] networks = Stream.concat(allowed.stream(), Stream.of(LOOPBACK)).toArray(String[]::new);
    return builder.allowNetworks(networks).maxInFlight(MOST_REQUESTS).jitter(0);
  }

  /** Returns the Posthorn, for the code under test. */
  public Posthorn posthorn() {
    return posthorn;
  }

  /** Returns the receiver, whose URLs endpoints may have. */
  public TestReceiver receiver() {
    return receiver;
  }

  /** Returns a clock with the time that is set, for the code under test and for verifiers. */
  public Clock clock() {
    return clock.inUtc();
  }

  /**
   * Moves the time forward, after everything due at the present time was delivered as {@link
   * #deliverDue} does. What becomes due starts at once, at the new time; to see what happens in
   * between, advance in steps.
   *
   * @throws IllegalArgumentException if {@code time} is negative
   * @throws AssertionError as {@link #deliverDue} throws it
   */
  public void advance(Duration time) {
    deliverDue(); // what is under way would arrive at the wrong time
    clock.advance(time);
  }

  /**
   * Waits until everything that is due at the time that is set has been attempted and its outcome
   * stored, and your listeners have returned. Messages that were sent in transactions that are
   * committed, and are still in the inbox, are among them.
   *
   * <p>Deliveries that Posthorn holds back stay for a later time: those of endpoints that are
   * paused, disabled, over their rate limit, open-circuited or have asked for a pause by {@code
   * Retry-After}.
   *
   * @throws AssertionError if that takes more than 30 seconds, unless {@link #patience} says
   *     otherwise; it names what is still pending
   */
  public void deliverDue() {
    Duration most = patience;
    boolean done;
    try {
      if (!posthorn.awaitInbox(most)) {
        throw new AssertionError(
            "The inbox was not empty after %d ms: %s"
                .formatted(most.toMillis(), posthorn.inbox().stats()));
      }
      done = activity.awaitIdle(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for deliveries", e);
    }
    if (!done) {
      throw new AssertionError(
          "Not everything due at %s was delivered within %d ms; pending: %s"
              .formatted(clock.instant(), most.toMillis(), activity.describe()));
    }
  }

  /** Sets how long {@link #deliverDue} waits at most, in real time; 30 seconds unless set. */
  public void patience(Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("patience: " + time + " is not positive");
    }
    patience = time;
  }

  /** Closes receiver and Posthorn, and deletes the database if {@link #open()} created it. */
  @Override
  public void close() {
    receiver.close(); // first: what is under way ends
    posthorn.close();
    if (folder != null) {
      delete(folder);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("posthorn-test");
    } catch (IOException e) {
      throw new UncheckedIOException("The folder for temporary files cannot be used", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of a test could not be deleted", e);
    }
  }
}
