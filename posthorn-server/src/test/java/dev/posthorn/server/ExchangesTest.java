package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Recorded exchanges with a Svix server, to which this server gives the same answers; see {@link
 * Exchange}.
 */
class ExchangesTest {
  /** The receivers, of this test or of others, and the paths that have failed once. */
  private static final Set<String> FAILED_ONCE = ConcurrentHashMap.newKeySet();

  /** Operations that cannot succeed here: they need another server, and one environment alone. */
  private static final Set<String> OF_SEVERAL_SERVERS =
      Set.of("v1.console.drain-node"); // ConsoleNodesTest

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose private static final Receiver RECEIVER = Receiver.answering(ExchangesTest::answer);

  private final List<Exchange> exchanges = Exchange.all();

  /** Answers according to the last segment of the path. */
  static Answer answer(ReceivedRequest request) {
    Answer ok = Answer.status(200).body("{\"ok\":true}");
    return switch (request.path().substring(request.path().lastIndexOf('/') + 1)) {
      case "fail" -> Answer.status(500).body("broken");
      case "refuse" -> Answer.status(403).body("not this one");
      case "fail-once" ->
          FAILED_ONCE.add(request.header("host") + request.path()) ? Answer.status(500) : ok;
      default -> ok;
    };
  }

  @TestFactory
  Stream<DynamicContainer> areAsWithASvixServer() {
    Map<String, List<DynamicTest>> byFile = new LinkedHashMap<>();
    for (int i = 0; i < exchanges.size(); i++) {
      Exchange exchange = exchanges.get(i);
      int number = i + 1;
      byFile
          .computeIfAbsent(exchange.file(), file -> new ArrayList<>())
          .add(
              DynamicTest.dynamicTest(
                  exchange.name(), () -> new ExchangeRun(SERVER, RECEIVER, number).run(exchange)));
    }
    return byFile.entrySet().stream()
        .map(file -> DynamicContainer.dynamicContainer(file.getKey(), file.getValue()));
  }

  @Test
  void haveEachOperationOfTheDocumentSucceed() {
    Set<String> left = new TreeSet<>(SERVER.contract().operations());
    left.removeAll(OF_SEVERAL_SERVERS);
    for (Exchange exchange : exchanges) {
      for (Exchange.Step step : exchange.steps()) {
        if (!step.isReceived() && step.status() / 100 == 2) {
          String method = step.method().replace("HEAD", "GET");
          String id = SERVER.contract().operation(method, plain(step.target()));
          assertThat(id).as(step.node().toString()).isNotNull();
          left.remove(id);
        }
      }
    }
    assertThat(left).as("operations that no exchange has succeed").isEmpty();
  }

  /** Returns a target whose variables are replaced by names, so that it is a valid URI. */
  private static String plain(String target) {
    return target.replaceAll("\\$\\{[^}]+}", "x");
  }

  @Test
  void differOnlyInWhatThePageOnCompatibilitySays() throws IOException {
    String page =
        Files.readString(root().resolve("docs/reference/compatibility.md")).replaceAll("\\s+", " ");
    for (Exchange exchange : exchanges) {
      for (Exchange.Step step : exchange.steps()) {
        assertThat(step.node().has("svix"))
            .as("%s: what a Svix server answers, and where the page says it", step.node())
            .isEqualTo(step.differs() != null);
        if (step.differs() != null) {
          assertThat(page).as(step.node().toString()).contains(step.differs());
        }
      }
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/reference/compatibility.md"))) {
      directory = Objects.requireNonNull(directory.getParent(), "docs/reference/compatibility.md");
    }
    return directory;
  }
}
