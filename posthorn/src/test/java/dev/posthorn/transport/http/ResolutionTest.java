package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.OwnListeners;
import dev.posthorn.spi.transport.Resolver;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolutionTest {

  @Test
  void each_exchange_connects_only_to_the_address_it_checked() {
    // A name with a harmless address when it is checked, and an address inside the network a moment
    // later.
    Script script = new Script("127.0.0.1", "127.0.0.2", "127.0.0.1");
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(script).dnsCacheTime(Duration.ofMillis(0)).build())) {
      String url = receiver.url("rebinding.test", "/");

      ExchangeResult first = client.post(url, "1");
      ExchangeResult second = client.post(url, "2");
      ExchangeResult third = client.post(url, "3");

      assertThat(first).isInstanceOf(ExchangeResult.Response.class);
      assertFailure(second, ErrorClass.RefusedAddress.class);
      assertThat(third).isInstanceOf(ExchangeResult.Response.class);
      assertThat(script.asked.get()).isEqualTo(3);
      assertThat(receiver.count()).isEqualTo(2);
      assertThat(receiver.requests().getFirst().header("host"))
          .isEqualTo("rebinding.test:" + receiver.port());
    }
  }

  @Test
  void a_connection_to_another_address_of_the_same_name_is_not_reused() throws IOException {
    Script script = new Script("127.0.0.1", "127.0.0.3");
    try (Receiver receiver = Receiver.start();
        Client client =
            new Client(
                options(script)
                    .addresses(AddressPolicy.allowing("127.0.0.1", "127.0.0.3"))
                    .dnsCacheTime(Duration.ofMillis(0))
                    .build())) {
      client.respond(receiver.url("moved.test", "/"), "1");
      ExchangeResult second = client.post(receiver.url("moved.test", "/"), "2");

      // Nothing listens at the second address; the idle connection to the first was not used.
      assertFailure(second, ErrorClass.Connect.class);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void one_refused_address_among_several_refuses_the_host() {
    Script script = new Script("127.0.0.1 10.0.0.1");
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(script).build())) {
      ExchangeResult result = client.post(receiver.url("mixed.test", "/"), "1");

      ExchangeResult.Failure failure = assertFailure(result, ErrorClass.RefusedAddress.class);
      assertThat(failure.detail()).contains("mixed.test", "private").doesNotContain("10.0.0.1");
      assertThat(receiver.connections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/"
      })
  void nothing_of_this_machine_or_network_is_connected_to_by_default(String url) {
    try (Client client = new Client(HttpTransportOptions.builder().loops(1).build())) {
      assertFailure(client.post(url, "1"), ErrorClass.RefusedAddress.class);
      assertThat(client.transport.openConnections()).isZero();
    }
  }

  @Test
  void a_listener_of_this_process_is_not_reached_by_any_name_or_kept_connection() {
    OwnListeners listeners = new OwnListeners();
    AddressPolicy policy = AddressPolicy.allowing("127.0.0.0/8", "10.0.0.0/8").except(listeners);
    Script script = new Script("127.0.0.1", "127.0.0.1", "10.0.0.1 127.0.0.1", "127.0.0.1");
    try (Receiver own = Receiver.start();
        Receiver other = Receiver.start();
        Client client =
            new Client(
                options(script).addresses(policy).dnsCacheTime(Duration.ofMillis(0)).build())) {
      client.respond(own.url("before.test", "/"), "1"); // whose connection is kept
      listeners.add(own.port());

      ExchangeResult kept = client.post(own.url("before.test", "/"), "2");
      ExchangeResult.Failure failure = assertFailure(kept, ErrorClass.RefusedAddress.class);
      assertThat(failure.detail()).contains("before.test", "port " + own.port());
      assertFailure(client.post(own.url("mixed.test", "/"), "3"), ErrorClass.RefusedAddress.class);
      client.respond(other.url("after.test", "/"), "4");
      assertThat(own.count()).isEqualTo(1);
    }
  }

  @Test
  void an_exchange_that_ended_is_not_kept_until_its_look_up_ends() {
    try (Client client = new Client(options(host -> new CompletableFuture<>()).build())) {
      WeakReference<byte[]> body = bodyOfOneThatEnded(client);
      for (int i = 0; i < 50 && !body.refersTo(null); i++) {
        System.gc();
      }
      assertThat(body.refersTo(null)).isTrue();
    }
  }

  private static WeakReference<byte[]> bodyOfOneThatEnded(Client client) {
    byte[] body = new byte[1 << 20];
    HttpRequest request =
        new HttpRequest(
            HttpTarget.parse("http://silent.test/"),
            new String[0],
            body,
            new ExchangeLimits(50, 20_000, 20_000, 30_000, 1024));
    assertFailure(client.exchange(request), ErrorClass.Timeout.class);
    return new WeakReference<>(body);
  }

  @Test
  void the_next_address_is_tried_when_one_refuses_the_connection() {
    Script script = new Script("127.0.0.9 127.0.0.1");
    try (Receiver receiver = Receiver.start();
        Client client =
            new Client(options(script).addresses(AddressPolicy.allowing("127.0.0.0/8")).build())) {
      assertThat(client.respond(receiver.url("two.test", "/"), "1").status()).isEqualTo(200);
    }
  }

  @Test
  void a_name_that_does_not_exist_is_a_failure_of_its_own() {
    try (Client client =
        new Client(
            options(host -> CompletableFuture.failedStage(new UnknownHostException())).build())) {
      ExchangeResult.Failure failure =
          assertFailure(client.post("http://missing.test/", "1"), ErrorClass.Dns.class);
      assertThat(failure.detail()).contains("missing.test");
    }
  }

  @Test
  void a_resolver_that_throws_is_a_failure_like_any_other() {
    try (Client client =
        new Client(
            options(
                    host -> {
                      throw new IllegalStateException("thrown on purpose");
                    })
                .build())) {
      assertFailure(client.post("http://missing.test/", "1"), ErrorClass.Dns.class);
    }
  }

  @Test
  void a_look_up_that_hangs_ends_in_time_and_does_not_hold_up_other_hosts() {
    Resolver hanging =
        host ->
            host.equals("hangs.test")
                ? new CompletableFuture<>()
                : CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()));
    ExchangeLimits limits = new ExchangeLimits(200, 200, 5_000, 5_000, 100);
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(hanging).build())) {
      var stuck =
          client.start(
              new HttpRequest(
                  HttpTarget.parse("http://hangs.test/"), new String[0], new byte[0], limits));
      assertThat(client.respond(receiver.url("works.test", "/"), "1").status()).isEqualTo(200);

      assertThat(Client.get(stuck))
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.error().code()).isEqualTo("timeout_dns"));
    }
  }

  @Test
  void those_that_wait_for_the_same_host_share_one_look_up_and_its_answer_is_remembered() {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    Resolver resolver =
        host -> {
          asked.incrementAndGet();
          return answer;
        };
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(resolver).build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        results.add(client.start(Client.request(receiver.url("shared.test", "/"), "x")));
      }
      Await.until("the host is asked for", () -> asked.get() > 0);
      answer.complete(List.of(InetAddress.getLoopbackAddress()));
      results.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));
      client.respond(receiver.url("shared.test", "/"), "later");

      assertThat(asked.get()).isEqualTo(1);
    }
  }

  @Test
  void names_that_are_slow_hold_up_no_others() {
    Resolver resolver =
        host ->
            host.startsWith("slow")
                ? new CompletableFuture<>()
                : CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()));
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(resolver).dnsCacheTime(Duration.ofMillis(1)).build())) {
      client.respond(receiver.url("known.test", "/"), "first");
      List<CompletableFuture<ExchangeResult>> slow = new ArrayList<>();
      for (int i = 0; i < 400; i++) { // more than one application has slots
        slow.add(client.start(Client.request(receiver.url("slow" + i + ".test", "/"), "x")));
      }

      client.respond(receiver.url("known.test", "/"), "second");
      client.respond(receiver.url("new.test", "/"), "third");
      assertThat(slow).noneMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void more_hosts_than_are_asked_for_at_once_have_their_turn() {
    Queue<CompletableFuture<List<InetAddress>>> asked = new ArrayDeque<>();
    Resolver resolver =
        host -> {
          CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
          synchronized (asked) {
            asked.add(answer);
          }
          return answer;
        };
    try (Receiver receiver = Receiver.start();
        Client client = new Client(options(resolver).build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        results.add(client.start(Client.request(receiver.url("h" + i + ".test", "/"), "x")));
      }
      for (int i = 0; i < 600; i++) {
        Await.until("the next is asked for", () -> poll(asked));
      }
      results.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));
    }
  }

  private static boolean poll(Queue<CompletableFuture<List<InetAddress>>> asked) {
    CompletableFuture<List<InetAddress>> answer;
    synchronized (asked) {
      answer = asked.poll();
    }
    if (answer == null) {
      return false;
    }
    answer.complete(List.of(InetAddress.getLoopbackAddress()));
    return true;
  }

  private static HttpTransportOptions.Builder options(Resolver resolver) {
    return HttpTransportOptions.builder()
        .loops(1)
        .addresses(AddressPolicy.allowing("127.0.0.1"))
        .resolver(resolver);
  }

  private static ExchangeResult.Failure assertFailure(
      ExchangeResult result, Class<? extends ErrorClass> error) {
    assertThat(result).isInstanceOf(ExchangeResult.Failure.class);
    ExchangeResult.Failure failure = (ExchangeResult.Failure) result;
    assertThat(failure.error()).as(failure.detail()).isInstanceOf(error);
    return failure;
  }

  /** A resolver that returns its answers in order, and repeats the last one. */
  private static final class Script implements Resolver {

    final AtomicInteger asked = new AtomicInteger();
    private final List<List<String>> answers;

    /** Creates a resolver with answers, each a list of addresses separated by spaces. */
    Script(String... answers) {
      this.answers = Arrays.stream(answers).map(answer -> List.of(answer.split(" "))).toList();
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
      int turn = Math.min(asked.getAndIncrement(), answers.size() - 1);
      return CompletableFuture.completedStage(
          answers.get(turn).stream().map(Script::address).toList());
    }

    private static InetAddress address(String text) {
      return java.util.Objects.requireNonNull(HttpTarget.parse("http://" + text).literal());
    }
  }
}
