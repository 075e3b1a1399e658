package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class QueryTest {
  private static Query of(String name, String... values) {
    return new Query(Map.of(name, List.of(values)));
  }

  private static void refused(ThrowingCallable read, String name) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            ApiError.class,
            e -> {
              assertThat(e.status()).isEqualTo(422);
              assertThat(new String(e.answer().body(), java.nio.charset.StandardCharsets.UTF_8))
                  .contains("[\"query\",\"" + name + "\"]");
            });
  }

  @Test
  void refusesAnEmptyValue() {
    refused(() -> of("channel", "").text("channel"), "channel");
    refused(() -> of("limit", "").limit(), "limit");
    refused(() -> of("f", "").flag("f", true), "f");
    refused(() -> of("order", "").newestFirst(true), "order");
    refused(() -> of("event_types", "").set("event_types"), "event_types");
    refused(() -> of("event_types", "a,,b").set("event_types"), "event_types");
    assertThat(of("limit", "").text("other")).isNull();
    assertThat(of("other", "").limit()).isEqualTo(50);
  }

  @Test
  void takesAnIndexForNoPartOfTheName() {
    Query query = Query.parse("a[]=1&a%5B%5D=2&a[12]=3&b[c]=4&[]=5&d%20[1]=6");
    assertThat(query.set("a")).containsExactly("1", "2", "3");
    assertThat(query.names()).containsExactlyInAnyOrder("a", "b[c]", "[]", "d ");
    assertThat(Query.parse(null).names()).isEmpty();
    assertThat(Query.parse("").names()).isEmpty();
  }

  @Test
  void takesNoSecondValueForTheFirst() {
    assertThat(of("tag", "a", "a").text("tag")).isEqualTo("a");
    refused(() -> of("tag", "a", "b").text("tag"), "tag");
    refused(() -> of("tag", "", "b").text("tag"), "tag");
  }

  @Test
  void readsListsThatAreRepeatedOrSeparatedByCommas() {
    assertThat(of("event_types", "a,b", "c", "a").set("event_types"))
        .containsExactly("a", "b", "c");
  }

  @Test
  void readsFlags() {
    assertThat(of("f", "true").flag("f", false)).isTrue();
    assertThat(of("f", "0").flag("f", true)).isFalse();
    assertThat(of("g", "0").flag("f", true)).isTrue();
    refused(() -> of("f", "yes").flag("f", true), "f");
  }

  @Test
  void readsNumbersInTheirRange() {
    assertThat(of("limit", "250").limit()).isEqualTo(250);
    refused(() -> of("limit", "0").limit(), "limit");
    refused(() -> of("limit", "251").limit(), "limit");
    refused(() -> of("limit", "99999999999").limit(), "limit");
    refused(() -> of("limit", "1.0").limit(), "limit");
  }

  @Test
  void readsTheOrder() {
    assertThat(of("order", "descending").newestFirst(false)).isTrue();
    assertThat(of("order", "ascending").newestFirst(true)).isFalse();
    assertThat(of("x", "y").newestFirst(true)).isTrue();
    refused(() -> of("order", "newest").newestFirst(true), "order");
  }

  @Test
  void readsTimesAlsoWithAPlusThatNobodyEncoded() {
    Instant time = Instant.parse("2026-01-31T11:00:00Z");
    assertThat(of("before", "2026-01-31T12:00:00+01:00").time("before")).isEqualTo(time);
    assertThat(of("before", "2026-01-31T12:00:00 01:00").time("before")).isEqualTo(time);
    assertThat(of("after", "x").time("before")).isNull();
    refused(() -> of("before", "").time("before"), "before");
    refused(() -> of("before", "2026-01-31").time("before"), "before");
    refused(() -> of("before", "+999999999-12-31T23:59:59Z").time("before"), "before");
  }
}
