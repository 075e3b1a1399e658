package dev.posthorn.server.health;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of a server. This list is the single source of the console's overview and of the table
 * on the page about monitoring, which a test compares with it.
 */
public enum Alert {
  NOT_READY(
      Level.CRITICAL,
      "/health/ready is not 200 for a minute",
      "the server is down, starting or stopping, or it cannot store anything; waiting is normal for"
          + " a standby",
      "read the reason in the response, and the log",
      Rules.OUTSIDE),
  NOT_LIVE(
      Level.CRITICAL,
      "/health/live is 503",
      "a defect stopped the engine, or another process has taken over the store; accepted messages"
          + " are safe",
      "restart it; read the log",
      period ->
          period.now().state().failed()
              ? "The engine has stopped: " + period.now().state().obstacle()
              : null),
  NO_LEASE(
      Level.CRITICAL,
      "posthorn_store_lease is 0 for a minute",
      "this process cannot renew its lease of the store, so it sends nothing",
      "check its connection to the database",
      period ->
          period.lasted(Rules.MINUTE, figures -> !figures.state().lease())
                  && !period.now().state().failed()
              ? "This process has not been able to renew its lease of the store for a minute."
              : null),
  LEASE_LOST(
      Level.WARNING,
      "posthorn_node_losses_total grows",
      "others took over from this process, since its lease had expired: it stood still, or was cut"
          + " off from the database",
      "look at its machine, its collector and its network; raise lease",
      Rules.grows(
          Rules.HOUR,
          figures -> figures.sharing().losses(),
          "1 time that others took over from this process",
          "%d times that others took over from this process")),
  HANDOFF_LAG(
      Level.WARNING,
      "posthorn_handoff_lag_seconds > 10",
      "messages that other processes accepted wait for this one",
      "read the log; see posthorn nodes",
      period -> {
        long seconds = period.now().sharing().handoffLagMillis() / 1_000;
        return seconds > Rules.MOST_LAG_SECONDS
            ? "A message that another process accepted has waited for " + Rules.time(seconds) + "."
            : null;
      }),
  FAILING(
      Level.CRITICAL,
      "posthorn_failing is not 0",
      "the server can store nothing (1), or the engine has stopped (2)",
      "read the reason in the log",
      period -> {
        Figures.State state = period.now().state();
        return state.obstacle() != null && !state.failed()
            ? "Nothing can be stored: " + state.obstacle()
            : null;
      }),
  UNFORESEEN(
      Level.WARNING,
      "posthorn_failures_unforeseen_total grows",
      "a defect, or a lack of memory",
      "read the log",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().trouble().unforeseen(),
          "1 unforeseen failure",
          "%d unforeseen failures")),
  OVERDUE(
      Level.WARNING,
      "posthorn_deliveries_overdue_seconds > 60",
      "deliveries are late, though their endpoints do not fail",
      "if posthorn_deliveries_in_flight is near posthorn_deliveries_in_flight_max, receivers are"
          + " slow; otherwise see sizing",
      period -> {
        long seconds = period.now().lanes().overdueMillis() / 1_000;
        return seconds > Rules.MINUTE.toSeconds()
            ? "A delivery has been due for " + Rules.time(seconds) + "."
            : null;
      }),
  IN_FLIGHT(
      Level.WARNING,
      "posthorn_deliveries_in_flight is above nine tenths of posthorn_deliveries_in_flight_max for"
          + " a minute",
      "receivers are slow, or more messages arrive than they can answer",
      "find the slow endpoints; raise max-in-flight",
      period ->
          period.lasted(Rules.MINUTE, Rules::isNearLimit)
              ? period.now().lanes().permits()
                  + " deliveries are in flight; the limit is "
                  + period.now().maxInFlight()
                  + "."
              : null),
  POSTPONED(
      Level.WARNING,
      "posthorn_attempts_postponed_total grows",
      "this process lacks a resource; no receiver is to blame",
      "the log names the resource; see sizing",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().trouble().postponed(),
          "1 attempt postponed",
          "%d attempts postponed")),
  REFUSED(
      Level.CRITICAL,
      "posthorn_messages_refused_total with store_full, store_failed or unknown grows",
      "the disk is full or fails",
      "make room; read the log",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().messages().refusedByStore(),
          "1 message refused because it could not be stored",
          "%d messages refused because they could not be stored")),
  OVERLOADED(
      Level.WARNING,
      "posthorn_messages_refused_total with overloaded grows",
      "messages arrive faster than the disk can store them",
      "a faster disk, or fewer messages",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().messages().overloaded(),
          "1 message refused because too many waited to be stored",
          "%d messages refused because too many waited to be stored")),
  NOT_ACCEPTED(
      Level.WARNING,
      "…{operation=\"v1.message.create\",status=\"5xx\"} grows",
      "messages are not accepted",
      "senders must try again; read the log",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().messages().failedRequests(),
          "1 request to send a message answered with 5xx",
          "%d requests to send a message answered with 5xx")),
  DISABLED(
      Level.NOTICE,
      "posthorn_endpoints_disabled_total grows",
      "an endpoint had nothing but failures for disable-after, or answered 410",
      "inform its owner",
      Rules.grows(
          Rules.HOUR,
          figures -> figures.counters().trouble().disabled(),
          "1 endpoint disabled because it failed",
          "%d endpoints disabled because they failed")),
  CIRCUIT_OPEN(
      Level.NOTICE,
      "posthorn_lanes_circuit_open is not 0",
      "endpoints fail, so Posthorn tries them less often",
      "inform their owners",
      period -> {
        int open = period.now().lanes().circuitOpen();
        return open == 0 ? null : "Endpoints that fail and are tried less often: " + open + ".";
      }),
  UNMATCHED(
      Level.NOTICE,
      "posthorn_messages_unmatched_total grows with every message of a type",
      "no endpoint accepts that type, or its name is misspelled",
      "the log line names types and applications; query GET …/msg/{msg}/why for one message",
      Rules.grows(
          Rules.TEN_MINUTES,
          figures -> figures.counters().messages().unmatched(),
          "1 message that matched no endpoint",
          "%d messages that matched no endpoint")),
  INVALID_TOKENS(
      Level.NOTICE,
      "posthorn_auth_failures_total jumps",
      "someone is guessing tokens, or a client still uses a revoked key",
      "find the client",
      period -> {
        long failures =
            period.growth(
                Rules.TEN_MINUTES, figures -> figures.counters().trouble().invalidTokens());
        return failures < Rules.MANY_TOKENS
            ? null
            : failures + " requests with an invalid token in the last 10 minutes.";
      }),
  HELD(
      Level.WARNING,
      "posthorn_dispatch_held == 1",
      "someone restored a backup but did not release the deliveries",
      "posthorn release",
      period ->
          period.now().state().held() ? "Deliveries are held since a backup was restored." : null),
  LARGE_WAL(
      Level.WARNING,
      "posthorn_store_wal_size_bytes over 256 MB",
      "another program reads the database",
      "stop that program",
      period -> {
        long megabytes = period.now().storage().walSize() >> 20;
        return megabytes > Rules.MOST_WAL_MEGABYTES
            ? "The write-ahead log of the database has grown to " + megabytes + " MB."
            : null;
      }),
  DISK(
      Level.WARNING,
      "less than a tenth of the disk is free",
      "messages will soon be refused",
      "lower retention, or enlarge the disk",
      period -> {
        Figures.Storage disk = period.now().storage();
        return disk.diskFree() < disk.diskSize() / 10
            ? "Of the database's disk, " + disk.diskFree() * 100 / disk.diskSize() + " % is free."
            : null;
      });

  /** The urgency of an alert. */
  public enum Level {
    /** Messages are not accepted or not delivered. */
    CRITICAL,
    /** Something is wrong, or will soon be. */
    WARNING,
    /** Worth knowing; the server itself is well. */
    NOTICE
  }

  private final Level level;
  private final String condition;
  private final String meaning;
  private final String remedy;

  @SuppressWarnings("ImmutableEnumChecker") // rules have no state
  private final Function<Period, @Nullable String> rule;

  Alert(
      Level level,
      String condition,
      String meaning,
      String remedy,
      Function<Period, @Nullable String> rule) {
    this.level = level;
    this.condition = condition;
    this.meaning = meaning;
    this.remedy = remedy;
    this.rule = rule;
  }

  /** Returns the urgency. */
  public Level level() {
    return level;
  }

  /** Returns the condition, in terms of metrics. */
  public String condition() {
    return condition;
  }

  /** Returns what the condition means. */
  public String meaning() {
    return meaning;
  }

  /** Returns what to do. */
  public String remedy() {
    return remedy;
  }

  /** Returns the finding, if the condition is met, or null. */
  @Nullable String find(Period period) {
    return rule.apply(period);
  }

  /** Conditions and limits of the rules. */
  private static final class Rules {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    static final Duration HOUR = Duration.ofHours(1);
    static final long MOST_WAL_MEGABYTES = 256;
    static final long MANY_TOKENS = 100;
    static final long MOST_LAG_SECONDS = 10;

    /** A condition that only others can see: the console is down, too. */
    static final Function<Period, @Nullable String> OUTSIDE = period -> null;

    static Function<Period, @Nullable String> grows(
        Duration within, ToLongFunction<Figures> counter, String one, String many) {
      return period -> {
        long growth = period.growth(within, counter);
        return growth <= 0
            ? null
            : (growth == 1 ? one : many.replace("%d", Long.toString(growth)))
                + " in the last "
                + (within.equals(HOUR) ? "hour" : within.toMinutes() + " minutes")
                + ".";
      };
    }

    static boolean isNearLimit(Figures figures) {
      return figures.lanes().permits() * 10L > figures.maxInFlight() * 9L;
    }

    static String time(long seconds) {
      return seconds < 7_200
          ? seconds < 120 ? seconds + " s" : seconds / 60 + " min"
          : seconds / 3_600 + " h";
    }
  }
}
