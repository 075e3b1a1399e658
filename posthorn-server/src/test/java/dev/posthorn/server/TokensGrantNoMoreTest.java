package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.Capability;
import dev.posthorn.server.http.Operation;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Calls every operation with tokens that lack a capability: none creates a token with it or adds it
 * to an existing token. New operations are covered automatically.
 */
class TokensGrantNoMoreTest {
  private static final Pattern TOKEN = Pattern.compile("(phk|appsk)_[A-Za-z0-9_-]{43}");

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  /**
   * Returns capabilities of tokens that can create tokens, each lacking one capability. ADMINISTER
   * is always included, because creation needs it.
   */
  static Stream<Set<Capability>> makers() {
    return Stream.of(
        EnumSet.of(Capability.ADMINISTER, Capability.VIEW_BASE),
        EnumSet.complementOf(EnumSet.of(Capability.VIEW_ENDPOINT_SECRET)));
  }

  /** An environment with one object of each kind, and a client with a key of it. */
  private record Maker(Tenant tenant, ApiClient client) {
    static Maker with(Set<Capability> capabilities) {
      String environment = "org_maker" + capabilities.size();
      ApiClient host = SERVER.environment(environment);
      Tenant tenant = Tenant.create(SERVER, host, environment, "acme");
      return new Maker(tenant, SERVER.client(key(host, environment, capabilities).token()));
    }

    /**
     * Calls all operations, those that remove the subject of others last, and passes on successful
     * answers.
     */
    void askForAll(List<String> bodies, BiConsumer<Operation, Reply> visit) {
      Comparator<Operation> order =
          Comparator.comparing(operation -> operation.method().equals("DELETE"));
      for (Operation operation : Tenant.operations(SERVER).stream().sorted(order).toList()) {
        boolean reads = operation.method().equals("GET");
        for (String body : reads ? List.of("") : bodies) {
          String path = tenant.path(operation, Map.of());
          Reply reply = client.send(operation.method(), path, reads ? null : body);
          if (reply.status() < 300) {
            visit.accept(operation, reply);
          }
        }
      }
    }
  }

  /** An API key. */
  private record Key(String id, String token) {}

  private static Key key(ApiClient host, String environment, Set<Capability> capabilities) {
    Reply made =
        host.post(
                "/api/v1/management/authentication/" + environment + "/api-token",
                "{\"name\":\"k\",\"scopes\":" + json(capabilities) + "}")
            .expect(200);
    return new Key(made.id(), made.at("/token").asString());
  }

  private static String json(Set<Capability> capabilities) {
    return capabilities.stream()
        .map(one -> '"' + one.text() + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Returns bodies that request the default capabilities, and those that are lacking. */
  private static List<String> bodies(Set<Capability> capabilities) {
    return List.of(Tenant.BODY, wanting(EnumSet.complementOf(EnumSet.copyOf(capabilities))));
  }

  private static String wanting(Set<Capability> capabilities) {
    Set<Capability> shown =
        EnumSet.of(Capability.VIEW_BASE); // without it portal tokens are refused
    shown.addAll(capabilities);
    shown.removeAll(EnumSet.of(Capability.CREATE_MESSAGES, Capability.ADMINISTER));
    String rest = Tenant.BODY.strip().substring(1);
    return "{\"scopes\":" + json(capabilities) + ",\"capabilities\":" + json(shown) + "," + rest;
  }

  private static Set<String> may(ApiClient client) {
    Reply reply = client.get("/api/v1/auth/whoami");
    Set<String> may = new TreeSet<>();
    if (reply.status() == 200) {
      reply.at("/capabilities").forEach(one -> may.add(one.asString()));
    }
    return may;
  }

  @ParameterizedTest
  @MethodSource("makers")
  void theirMaker(Set<Capability> capabilities) {
    Maker maker = Maker.with(capabilities);
    Set<String> least = may(maker.client());
    assertThat(least).hasSize(capabilities.size());
    String environment = String.valueOf(maker.tenant().ids().get("env_id"));
    Key present = key(maker.tenant().client(), environment, EnumSet.of(Capability.ADMINISTER));
    maker.tenant().ids().put("key_id", present.id());
    maker.askForAll(
        bodies(capabilities),
        (operation, reply) -> {
          Matcher token = TOKEN.matcher(reply.text());
          while (token.find()) {
            assertThat(may(SERVER.client(token.group()))).as(operation.id()).isSubsetOf(least);
          }
          if (!operation.method().equals("GET")) {
            assertThat(may(SERVER.client(present.token()))).as(operation.id()).isSubsetOf(least);
          }
        });
  }

  @Test
  void thoseOfEveryOperationThatSaysItMakesOne() {
    Set<String> made = new TreeSet<>();
    Maker.with(EnumSet.allOf(Capability.class))
        .askForAll(
            List.of(Tenant.BODY),
            (operation, reply) -> {
              if (TOKEN.matcher(reply.text()).find()) {
                made.add(operation.id());
              }
            });
    Set<String> said = new TreeSet<>();
    for (Operation operation : Tenant.operations(SERVER)) {
      if (operation.docs().returns().stream().anyMatch(gives -> hasToken(gives.schema()))) {
        said.add(operation.id());
      }
    }
    assertThat(made).isEqualTo(said).hasSizeGreaterThanOrEqualTo(4);
  }

  private static boolean hasToken(@Nullable String schema) {
    JsonNode found = SERVER.contract().openApi().at("/components/schemas/" + schema);
    return found.at("/properties/token").isObject();
  }
}
