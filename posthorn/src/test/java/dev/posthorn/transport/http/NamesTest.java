package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.NameServer;
import dev.posthorn.testkit.receiver.NameServer.Reply;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the names that are queried, and of the servers that are asked, according to {@code
 * resolv.conf}.
 */
class NamesTest {
  private static final int NAMES = 16;
  private static final int AN_HOUR = 3_600_000;

  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();

  private static NameServer finding(String... names) {
    Set<String> found = Set.copyOf(Arrays.asList(names));
    return NameServer.answering(name -> found.contains(name) ? Reply.HERE : Reply.NOWHERE);
  }

  private static Function<String, Reply> silentIn(String domain, String... found) {
    List<String> names = List.of(found);
    return name ->
        name.endsWith(domain) ? Reply.SILENCE : names.contains(name) ? Reply.HERE : Reply.NOWHERE;
  }

  private Path write(String text) {
    try {
      return Files.writeString(folder.resolve("resolv.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Client client(NameServer server, String more) {
    return client(server, more, true);
  }

  private Client client(NameServer server, String more, boolean nativeIo) {
    Path file = write(server.line() + more);
    return new Client(
        Client.local()
            .nativeIo(nativeIo)
            .resolvConf(file)
            .dnsCacheTime(Duration.ofMillis(AN_HOUR))
            .build());
  }

  private ExchangeResult post(Client client, String host) {
    return client.post(receiver.url(host, "/"), "x");
  }

  private void assertFound(Client client, String host) {
    assertThat(post(client, host)).as(host).isInstanceOf(ExchangeResult.Response.class);
  }

  @Test
  void aNameThatIsAbsoluteEnoughIsAskedForFirstWhateverNdotsSays() {
    try (NameServer server = finding("hooks.example.test.", "example.test.");
        Client client = client(server, "search one.test two.test\noptions ndots:5\n")) {
      assertFound(client, "hooks.example.test");
      assertThat(server.names()).containsExactly("hooks.example.test.");
    }
  }

  @Test
  void aNameThatIsNotIsLookedForInTheSearchDomainsAndNotOutside() {
    try (NameServer server = finding("service.space.two.test.", "service.space.");
        Client client = client(server, "search one.test two.test\noptions ndots:5\n")) {
      assertFound(client, "service.space");
      assertThat(server.names())
          .containsExactly("service.space.one.test.", "service.space.two.test.");
    }
  }

  @Test
  void aNameThatIsNotThereAsItIsIsLookedForInTheSearchDomains() {
    try (NameServer server = finding("service.space.svc.cluster.test.");
        Client client = client(server, "search space.svc.cluster.test cluster.test\n")) {
      assertFound(client, "service.space.svc");
      assertThat(server.names())
          .containsExactly(
              "service.space.svc.",
              "service.space.svc.space.svc.cluster.test.",
              "service.space.svc.cluster.test.");
    }
  }

  @Test
  void oneSearchDomainThatDoesNotAnswerBreaksNoNames() {
    String found = "example.test.";
    try (NameServer server =
            NameServer.answering(silentIn(".dead.test.", found, "service.live.test."));
        Client client = client(server, "search dead.test live.test\noptions ndots:5\n")) {
      assertFound(client, "example.test"); // unchanged
      assertFound(client, "service"); // in the other domain
      ExchangeResult missing = post(client, "missing");
      assertThat(((ExchangeResult.Failure) missing).error()).isInstanceOf(ErrorClass.Dns.class);
    }
  }

  @Test
  void aServerThatIsSilentForANameAsItIsStillFindsItInASearchDomain() {
    try (NameServer server =
            NameServer.answering(silentIn("service.space.svc.", "service.space.svc.live.test."));
        Client client = client(server, "search live.test\n")) {
      assertFound(client, "service.space.svc");
    }
  }

  @Test
  void aChangeOfTheFileHoldsForNamesThatAreKnownToo() {
    try (NameServer before = finding("moved.example.test.");
        NameServer after = finding("moved.example.test.");
        Client client = client(before, "")) {
      assertFound(client, "moved.example.test");
      write(after.line() + "search other.test\n");
      Await.until(
          "the other server is asked",
          () -> {
            assertFound(client, "moved.example.test");
            return !after.names().isEmpty();
          });
      assertThat(before.names()).hasSize(1);
    }
  }

  /** An answer cannot cause questions to addresses that it names. */
  @Test
  void noOtherServerIsAskedThanThoseOfTheFile() {
    try (NameServer server = NameServer.answering(name -> Reply.ELSEWHERE);
        Client client = client(server, "")) {
      ExchangeResult result = post(client, "referred.test");
      assertThat(((ExchangeResult.Failure) result).error()).isInstanceOf(ErrorClass.Dns.class);
      assertThat(server.names()).as("it is asked again").hasSizeGreaterThan(2);
    }
  }

  /** Forging an answer requires guessing the port that the question came from. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachLookUpHasAPortOfItsOwn(boolean nativeIo) {
    try (NameServer server = NameServer.answering(name -> Reply.HERE);
        Client client = client(server, "", nativeIo)) {
      for (int i = 0; i < NAMES; i++) {
        assertFound(client, "name" + i + ".test");
      }
      List<Integer> ports = server.questions().stream().map(NameServer.Question::port).toList();
      assertThat(ports).hasSize(NAMES);
      int changes = 0;
      for (int i = 1; i < ports.size(); i++) {
        changes += ports.get(i).equals(ports.get(i - 1)) ? 0 : 1;
      }
      // The operating system chooses at random, so that two may be equal, but hardly many.
      assertThat(changes).isGreaterThan(NAMES - 4);
      assertThat(new HashSet<>(ports)).hasSizeGreaterThan(NAMES / 2);
    }
  }
}
