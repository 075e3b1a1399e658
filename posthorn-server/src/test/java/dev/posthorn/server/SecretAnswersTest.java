package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.Operation;
import dev.posthorn.signature.Keys;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Secrets in the answers of all operations; new operations are covered automatically. */
class SecretAnswersTest {
  private static final Pattern SECRET =
      Pattern.compile("(phk|appsk)_[A-Za-z0-9_-]{43}|wh(sec|sk|pk)_[A-Za-z0-9+/=]{32,}");

  /** Header of clients that get the new secret of a rotation. */
  private static final String[] SDK = {"User-Agent", "svix-libs/2.0.0/test"};

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  /**
   * A tenant.
   *
   * @param operational the id of an endpoint for operational webhooks
   */
  private record Subject(Tenant tenant, String operational) {
    static Subject create(String environment) {
      ApiClient host = SERVER.environment(environment);
      Tenant tenant = Tenant.create(SERVER, host, environment, "acme");
      String url = "{\"url\":\"http://127.0.0.1:9/\"}";
      String hook = host.post("/api/v1/operational-webhook/endpoint", url).expect(201).id();
      return new Subject(tenant, hook);
    }

    String path(Operation operation) {
      boolean hook = operation.path().startsWith("/api/v1/operational-webhook/");
      return tenant.path(operation, hook ? Map.of("endpoint_id", operational) : Map.of());
    }

    Reply ask(Operation operation, String... headers) {
      boolean reads = operation.method().equals("GET");
      return tenant
          .client()
          .send(operation.method(), path(operation), reads ? null : Tenant.BODY, headers);
    }

    List<String> endpoints() {
      String app = "/api/v1/app/" + tenant.ids().get("app_id");
      return List.of(
          app + "/endpoint/" + tenant.ids().get("endpoint_id"),
          "/api/v1/operational-webhook/endpoint/" + operational);
    }

    /** Replaces the secrets of the endpoints, so that the previous ones become invalid. */
    void rotate(String secret) {
      for (String endpoint : endpoints()) {
        tenant
            .client()
            .post(
                endpoint + "/secret/rotate",
                "{\"key\":\"" + secret + "\",\"gracePeriodSeconds\":0}")
            .expect(204);
      }
    }
  }

  private static String[] sdk(String key) {
    return new String[] {SDK[0], SDK[1], "Idempotency-Key", key};
  }

  /** Returns all operations; those that remove the subject of others come last. */
  private static List<Operation> operations() {
    return Tenant.operations(SERVER).stream()
        .sorted(Comparator.comparing(operation -> operation.method().equals("DELETE")))
        .toList();
  }

  @Test
  void aRepeatedRequestShowsTheFirstSecretOrNone() {
    Subject subject = Subject.create("org_repeated");
    Set<String> shown = new TreeSet<>();
    for (Operation operation : operations()) {
      if (operation.method().equals("POST")) {
        Reply first = subject.ask(operation, sdk("once"));
        if (SECRET.matcher(first.text()).find()) {
          shown.add(operation.id());
          subject.rotate(Keys.generateSecret());
          Reply again = subject.ask(operation, sdk("once"));
          if (again.status() != 409) {
            assertThat(again.text()).as(operation.id()).isEqualTo(first.text());
          }
        }
      }
    }
    assertThat(shown)
        .contains(
            "v1.endpoint.rotate-secret",
            "v1.operational-webhook.endpoint.rotate-secret",
            "v1.authentication.app-portal-access",
            "v1.authentication.dashboard-access",
            "v1.authentication.create-message-token",
            "v1.management.authentication.create-api-token");
  }

  @Test
  void aRepeatedRotationShowsItsSecretWhileThatSigns() {
    Subject subject = Subject.create("org_signing");
    ApiClient client = subject.tenant().client();
    for (String endpoint : subject.endpoints()) {
      String path = endpoint + "/secret/rotate";
      String first = client.post(path, "{}", sdk("k")).expect(200).text();
      assertThat(client.post(path, "{}", sdk("k")).expect(200).text()).isEqualTo(first);
      client.post(path, "{}", sdk("other")).expect(200);
      assertThat(client.post(path, "{}", sdk("k")).expect(200).text()).isEqualTo(first);
      client.post(path, "{\"gracePeriodSeconds\":0}").expect(204);
      assertThat(client.post(path, "{}", sdk("k")).expect(409).text()).contains("replaced");
      client.post(path, "{}", "Idempotency-Key", "k").expect(204); // other clients get no secret
    }
  }

  @Test
  void aRepeatedRequestOfAnotherTokenIsAnotherRequest() {
    Subject subject = Subject.create("org_others");
    String access = "/api/v1/auth/app-portal-access/" + subject.tenant().ids().get("app_id");
    ApiClient host = subject.tenant().client();
    String path = subject.endpoints().get(0) + "/secret/rotate";
    Set<String> keys = new TreeSet<>();
    for (int i = 0; i < 2; i++) {
      String token = host.post(access, "{}").expect(200).at("/token").asString();
      keys.add(SERVER.client(token).post(path, "{}", sdk("k")).expect(200).text());
    }
    assertThat(keys).hasSize(2);
  }

  @Test
  void aPrivateKeyIsInNoAnswer() {
    Subject subject = Subject.create("org_asymmetric");
    String key = Keys.generateSigningKey();
    subject.rotate(key);
    String seed = key.substring("whsk_".length(), "whsk_".length() + 40);
    String publicKey = Keys.publicKeyOf(key);
    Set<String> shown = new TreeSet<>();
    for (Operation operation : operations()) {
      Reply reply = subject.ask(operation, SDK);
      assertThat(reply.text()).as(operation.id()).doesNotContain("whsk_").doesNotContain(seed);
      if (reply.text().contains(publicKey)) {
        shown.add(operation.id());
      }
      if (operation.path().endsWith("/rotate")) {
        subject.rotate(key);
      }
    }
    assertThat(shown)
        .containsExactly("v1.endpoint.get-secret", "v1.operational-webhook.endpoint.get-secret");
  }

  @Test
  void aRotationToAPrivateKeyAnswersWithThePublicOne() {
    Subject subject = Subject.create("org_rotated");
    String key = Keys.generateSigningKey();
    for (String endpoint : subject.endpoints()) {
      Reply reply =
          subject
              .tenant()
              .client()
              .post(endpoint + "/secret/rotate", "{\"key\":\"" + key + "\"}", SDK);
      assertThat(reply.expect(200).at("/key").asString()).isEqualTo(Keys.publicKeyOf(key));
    }
  }
}
