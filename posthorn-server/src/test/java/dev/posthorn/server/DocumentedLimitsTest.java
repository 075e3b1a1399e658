package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.rules.ApplicationRules;
import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.rules.MessageRules;
import dev.posthorn.internal.rules.MetadataRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.internal.rules.TimeRange;
import dev.posthorn.internal.rules.TokenRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits in the documentation match the rules. */
class DocumentedLimitsTest {
  private static final String PAGE = "docs/reference/limits.md";
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*");

  private static Arguments row(String start, long... limits) {
    return Arguments.of(start, LongStream.of(limits).boxed().toList());
  }

  /** Returns the beginnings of the table's rows, with the numbers of each in order. */
  static Stream<Arguments> rows() {
    TimeRange timeout = EndpointRules.TIMEOUT;
    return Stream.of(
        row("payload of a message", EngineOptions.DEFAULT.limits().maxPayloadSize() >> 20),
        row("page of a list", RequestRules.PAGE.max(), 2),
        row("name of an application or an API key", NameRules.MAX_LENGTH),
        row("description of an endpoint", EndpointRules.MAX_DESCRIPTION),
        row(
            "metadata",
            MetadataRules.MAX_ENTRIES,
            MetadataRules.MAX_KEY,
            MetadataRules.MAX_VALUE,
            MetadataRules.MAX_TOGETHER),
        row("URL of an endpoint", EndpointRules.MAX_URL),
        row(
            "channels of an endpoint",
            ChannelRules.MAX_CHANNELS,
            MessageRules.MAX_TAGS,
            ChannelRules.CHANNEL.maxLength()),
        row("retry schedule", RetryRules.MAX_WAITS, RetryRules.MAX_TOTAL.toDays()),
        row("rate limit;", EndpointRules.RATE_LIMIT.max(), EndpointRules.CONCURRENCY.max()),
        row(
            "time for one request",
            timeout.min().toSeconds(),
            timeout.max().toMinutes(),
            EndpointRules.SECRET_GRACE.max().toDays()),
        row("times of delivery", MessageRules.LATEST.atZone(ZoneOffset.UTC).getYear()),
        row("media type", MessageRules.MEDIA_TYPE.maxLength()),
        row(
            "time after which a payload is removed early",
            MessageRules.PAYLOAD_DAYS.min(),
            MessageRules.PAYLOAD_DAYS.max(),
            MessageRules.PAYLOAD_HOURS.min(),
            MessageRules.PAYLOAD_HOURS.max()),
        row("feature flags", EventTypeRules.MAX_FLAGS),
        row("schemas of an event type", EventTypeRules.MAX_SCHEMAS),
        row(
            "event types of an environment",
            EventTypeRules.MAX_EVENT_TYPES,
            EventTypeRules.MAX_TOGETHER),
        row(
            "event types of an endpoint",
            EndpointRules.MAX_FILTERS,
            EndpointRules.MAX_FILTERS_TOGETHER),
        row("filters of a bulk replay", RequestRules.MAX_FILTER),
        row("headers of an endpoint", HeaderRules.MAX_HEADERS, HeaderRules.MAX_TOGETHER >> 10),
        row(
            "client certificate with its key",
            EndpointRules.MAX_PEM,
            EndpointRules.MAX_AUTHORITIES),
        row("`Idempotency-Key`", RequestRules.MAX_IDEMPOTENCY_KEY),
        row("ids in one request", RequestRules.MAX_IDS),
        row(
            "validity of a portal token",
            TokenRules.PORTAL_SECONDS.min() / 3_600,
            TokenRules.PORTAL_SECONDS.max() / 86_400,
            TokenRules.SESSION.maxLength()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void areTheTablesRows(String start, List<Long> limits) {
    List<String> found = read(PAGE).lines().filter(line -> line.startsWith("| " + start)).toList();
    assertThat(found).as("rows that begin with " + start).hasSize(1);
    String cell = found.getFirst().split("\\|", -1)[2];
    assertThat(
            NUMBER
                .matcher(cell)
                .results()
                .map(MatchResult::group)
                .map(DocumentedLimitsTest::number))
        .as(cell)
        .isEqualTo(limits);
  }

  @Test
  void whatSharesARowHasTheSameLimit() {
    assertThat(List.of(ApplicationRules.MAX_NAME, TokenRules.MAX_NAME))
        .containsOnly(NameRules.MAX_LENGTH);
    assertThat(EventTypeRules.MAX_DESCRIPTION).isEqualTo(EndpointRules.MAX_DESCRIPTION);
    assertThat(MessageRules.TAG.maxLength()).isEqualTo(ChannelRules.CHANNEL.maxLength());
  }

  @Test
  void areThoseOfTheOtherPages() {
    String schedule =
        "at most %d waits, together at most %d days"
            .formatted(RetryRules.MAX_WAITS, RetryRules.MAX_TOTAL.toDays());
    assertThat(words("docs/guides/retries.md")).contains(schedule);
    assertThat(words("docs/reference/http-api.md"))
        .contains(
            "the waits in seconds, at most %d, %d days together"
                .formatted(RetryRules.MAX_WAITS, RetryRules.MAX_TOTAL.toDays()));
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  /** Returns a page's text without line breaks. */
  private static String words(String page) {
    return String.join(" ", Arrays.asList(read(page).split("\\s+")));
  }

  private static String read(String page) {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve(page))) {
      directory = Objects.requireNonNull(directory.getParent(), page);
    }
    try {
      return Files.readString(directory.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
