package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Runs an exchange in its own environment, with its own part of the receiver. */
final class ExchangeRun {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final TestCertificate CERTIFICATE = TestCertificate.of("sender");

  /** Matches a variable such as {@code ${app}}. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

  /** Matches a relative time such as {@code ${now-15d}}. */
  private static final Pattern TIME = Pattern.compile("now(?:([+-][0-9]+)([smhd]))?");

  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private final ServerFixture server;
  private final Receiver receiver;
  private final String prefix;
  private final Map<String, String> variables = new HashMap<>();

  /**
   * Creates a run.
   *
   * @param number distinguishes it from other runs
   */
  ExchangeRun(ServerFixture server, Receiver receiver, int number) {
    this.server = server;
    this.receiver = receiver;
    this.prefix = "/" + number;
    variables.put("environment", "org_exchange" + number);
    variables.put("receiver", receiver.url(prefix));
    variables.put("certificate", CERTIFICATE.pem());
    variables.put("identity", CERTIFICATE.keyPem() + CERTIFICATE.pem());
  }

  /** Runs an exchange; fails at the first answer that differs. */
  void run(Exchange exchange) {
    for (int i = 0; i < exchange.steps().size(); i++) {
      Exchange.Step step = exchange.steps().get(i);
      String what = "step " + (i + 1) + ", " + step.node();
      if (step.isReceived()) {
        awaitReceived(step, what);
      } else if (step.until()) {
        awaitAnswer(step, what);
      } else {
        for (int time = 0; time < step.times(); time++) {
          Reply reply = send(step);
          assertThat(problems(step, reply)).as("%s: %s", what, reply.text()).isEmpty();
          save(step, reply);
        }
      }
    }
  }

  private void awaitAnswer(Exchange.Step step, String what) {
    List<Reply> last = new ArrayList<>();
    try {
      Await.until(
          what,
          () -> {
            last.clear();
            last.add(send(step));
            return problems(step, last.getFirst()).isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + last.getFirst().text(), e);
    }
    save(step, last.getFirst());
  }

  // ---- asking --------------------------------------------------------------------------------

  private Reply send(Exchange.Step step) {
    List<String> headers = new ArrayList<>();
    step.map("headers")
        .forEach(
            (name, value) -> {
              headers.add(name);
              headers.add(resolved(value));
            });
    return client(step.text("as"))
        .send(step.method(), resolved(step.target()), body(step), headers.toArray(String[]::new));
  }

  private @Nullable String body(Exchange.Step step) {
    JsonNode body = step.node().get("body");
    String text = step.text("text");
    return body != null ? resolved(body).toString() : text == null ? null : resolved(text);
  }

  private ApiClient client(@Nullable String as) {
    if (as == null) {
      return server.environment(resolved("${environment}"));
    }
    String who = resolved(as.substring(as.indexOf(' ') + 1));
    return switch (as.substring(0, (as + " ").indexOf(' '))) {
      case "nobody" -> server.client("");
      case "token" -> server.client(who);
      case "application" -> server.application(who);
      case "environment" -> server.environment(who);
      default -> throw new IllegalArgumentException("nobody is " + as);
    };
  }

  // ---- what is answered ----------------------------------------------------------------------

  private List<String> problems(Exchange.Step step, Reply reply) {
    List<String> problems = new ArrayList<>();
    if (reply.status() != step.status()) {
      problems.add("the status should be " + step.status() + ", but is " + reply.status());
      return problems;
    }
    JsonNode answer = step.node().get("answer");
    if (answer != null) {
      problems.addAll(Expected.problems(resolved(answer), reply.json()));
    }
    step.map("answerHeaders")
        .forEach(
            (name, value) ->
                problems.addAll(Expected.problems(StringNode.valueOf(value), header(reply, name))));
    return problems;
  }

  private static @Nullable JsonNode header(Reply reply, String name) {
    String value = reply.header(name);
    return value == null ? null : StringNode.valueOf(value);
  }

  private void save(Exchange.Step step, Reply reply) {
    step.map("save").forEach((name, at) -> variables.put(name, reply.at(at).asString()));
    step.map("saveHeaders")
        .forEach(
            (name, header) ->
                variables.put(name, Objects.requireNonNull(reply.header(header), header)));
  }

  // ---- what is received ----------------------------------------------------------------------

  private void awaitReceived(Exchange.Step step, String what) {
    JsonNode expected = resolved(step.node().get("received"));
    Await.until(
        what, () -> receiver.requests().stream().anyMatch(request -> isAs(expected, request)));
  }

  private boolean isAs(JsonNode expected, ReceivedRequest request) {
    ObjectNode actual = MAPPER.createObjectNode();
    if (!request.path().startsWith(prefix + "/")) {
      return false;
    }
    actual.put("path", request.path().substring(prefix.length()));
    actual.put("text", request.text());
    ObjectNode headers = actual.putObject("headers");
    expected
        .path("headers")
        .propertyNames()
        .forEach(name -> headers.put(name, request.header(name)));
    if (expected.has("body")) {
      actual.set("body", MAPPER.readTree(request.body()));
    }
    return Expected.problems(expected, actual).isEmpty();
  }

  // ---- variables -----------------------------------------------------------------------------

  private JsonNode resolved(JsonNode node) {
    if (node.isString()) {
      return StringNode.valueOf(resolved(node.asString()));
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = MAPPER.createObjectNode();
      object
          .properties()
          .forEach(one -> copy.set(resolved(one.getKey()), resolved(one.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = MAPPER.createArrayNode();
      array.forEach(one -> copy.add(resolved(one)));
      return copy;
    }
    return node;
  }

  private String resolved(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
  }

  private String value(String name) {
    Matcher time = TIME.matcher(name);
    if (time.matches()) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      return time.group(1) == null ? now.toString() : later(now, time).toString();
    }
    return Objects.requireNonNull(variables.get(name), () -> "nothing was saved as " + name);
  }

  private static Instant later(Instant now, Matcher time) {
    Duration unit = Objects.requireNonNull(UNITS.get(time.group(2))).getDuration();
    return now.plus(unit.multipliedBy(Long.parseLong(time.group(1))));
  }
}
