package dev.posthorn.internal.http.dns;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ErrorClass;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DnsCacheTest {
  private static final InetAddress HOME = InetAddress.getLoopbackAddress();

  private final Map<String, CompletableFuture<List<InetAddress>>> asked = new LinkedHashMap<>();
  private final List<Lookup> told = new ArrayList<>();
  private long now = 1;
  private int generation;
  private final DnsCache dns =
      new DnsCache(
          host -> {
            CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
            asked.put(host, answer);
            return answer;
          },
          () -> generation,
          AddressPolicy.allowing("127.0.0.1"),
          Runnable::run,
          () -> now,
          new DnsCache.Limits(TimeUnit.SECONDS.toNanos(10), 4_096));

  private Lookup find(String host) {
    return find("application", host);
  }

  private Lookup find(String application, String host) {
    return dns.find(host, new Owner(application, host), told::add, now);
  }

  private void findMany(String name, int count) {
    for (int i = 0; i < count; i++) {
      find(name + i);
    }
  }

  private void pass(long millis) {
    for (long end = now + TimeUnit.MILLISECONDS.toNanos(millis); now < end; ) {
      now = Math.min(end, now + TimeUnit.MILLISECONDS.toNanos(500));
      dns.sweep(now);
    }
  }

  private void answer(String host) {
    Objects.requireNonNull(asked.remove(host), host).complete(List.of(HOME));
  }

  @Test
  void newNamesThatTakeLongGiveUpTheirPlacesToOthers() {
    findMany("slow", 700);
    find("last");
    assertThat(asked).hasSize(256).doesNotContainKey("last");
    pass(3_000);
    assertThat(asked).containsKey("last");

    findMany("more", 1_500);
    pass(10_000);
    assertThat(asked).hasSize(1_024);
  }

  @Test
  void noMoreNamesOfOneKindAreAskedForThanThereAreSocketsFor() {
    findMany("known", 3_000);
    while (!asked.isEmpty()) {
      List.copyOf(asked.keySet()).forEach(this::answer);
    }
    pass(11_000);
    findMany("known", 3_000);
    pass(10_000);
    assertThat(asked).hasSize(512);
    assertThat(told).hasSize(6_000); // the known answer is used meanwhile
  }

  @Test
  void anApplicationWithVeryManyNamesDelaysNoOther() {
    findMany("many", 23_000);
    find("other", "one");
    assertThat(asked).hasSize(257).containsKey("one");
    assertThat(told).allMatch(lookup -> lookup.error instanceof ErrorClass.OwnShortage);

    pass(20_000); // its servers do not answer
    find("other", "two");
    find("third", "three");
    assertThat(asked).containsKeys("two", "three");
  }

  @Test
  void whoWantsANameThatAnotherWaitsForHasItsOwnTurn() {
    findMany("many", 1_000);
    assertThat(asked).doesNotContainKey("many999");
    find("other", "many999");
    assertThat(asked).containsKey("many999");
    answer("many999");
    assertThat(told).hasSize(2).allMatch(Lookup::isGood);
  }

  @Test
  void aKnownNameIsAskedForAtOnceHoweverManyAreSlow() {
    find("known");
    answer("known");
    pass(11_000);
    findMany("slow", 4_000);
    pass(8_000);
    find("known");
    assertThat(asked).containsKey("known");
  }

  @Test
  void namesThatFailedOrTookLongHavePlacesApart() {
    findMany("failing", 200);
    new ArrayList<>(asked.values())
        .forEach(each -> each.completeExceptionally(new UnknownHostException()));
    asked.clear();
    pass(2_000);
    findMany("failing", 200);
    assertThat(asked).hasSize(128);
    pass(2_000); // they keep their slots
    assertThat(asked).hasSize(128);
    find("new");
    assertThat(asked).containsKey("new");
  }

  @Test
  void theLastAnswerIsUsedWhileTheNextTakesLong() {
    find("known");
    answer("known");
    pass(11_000);
    told.clear();
    find("known");
    assertThat(told).isEmpty();
    pass(1_000);
    assertThat(told).extracting(lookup -> lookup.addresses).containsExactly(List.of(HOME));
    find("known");
    assertThat(told).hasSize(2);

    requireNonNull(asked.get("known")).completeExceptionally(new UnknownHostException());
    find("known");
    assertThat(told.getLast().error).isInstanceOf(ErrorClass.Dns.class);
  }

  @Test
  void anAnswerFromBeforeAChangeIsNotUsed() {
    find("known");
    answer("known");
    find("known");
    assertThat(told).hasSize(2);
    generation++;

    find("known");
    pass(1_000); // not even for lack of another
    assertThat(told).hasSize(2);
    answer("known");
    find("known");
    assertThat(told).hasSize(4);
    assertThat(asked).isEmpty();
  }

  @Test
  void anAnswerThatIsNoneFails() {
    find("odd");
    Objects.requireNonNull(asked.get("odd")).complete(Collections.singletonList(null));
    assertThat(told)
        .singleElement()
        .satisfies(lookup -> assertThat(lookup.error).isInstanceOf(ErrorClass.Dns.class));
  }

  @Test
  void anAnswerThatIsTooOldIsNotUsed() {
    find("known");
    answer("known");
    now += TimeUnit.MINUTES.toNanos(6);
    told.clear();
    find("known");
    pass(2_000);
    assertThat(told).isEmpty();
  }

  @Test
  void whoNeverHadATurnBlamesNobody() {
    findMany("slow", 256 + 1_536);
    assertThat(told).isEmpty();
    find("toomany");
    assertThat(told.getLast().error).isInstanceOf(ErrorClass.OwnShortage.class);
    pass(31_000);
    assertThat(told)
        .filteredOn(lookup -> !lookup.asked)
        .isNotEmpty()
        .allMatch(lookup -> lookup.error instanceof ErrorClass.OwnShortage);
  }
}
