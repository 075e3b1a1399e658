package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Client certificates and CAs of endpoints over the HTTP API. */
class EndpointTlsApiTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TestCertificate RECEIVER = TestCertificate.of("127.0.0.1");
  private static final TestCertificate FIRST = TestCertificate.of("first");
  private static final TestCertificate SECOND = TestCertificate.rsa("second");

  @AutoClose private final ServerFixture server = ServerFixture.start();

  @AutoClose
  private final Receiver receiver =
      Receiver.requiring(List.of(FIRST, SECOND), RECEIVER, request -> Answer.status(200));

  private final ApiClient api = server.api();
  private final String app = "/api/v1/app/acme";
  private final String endpoint = app + "/endpoint/one";

  @BeforeEach
  void addEndpoint() {
    api.post("/api/v1/app", "{\"name\":\"Acme\",\"uid\":\"acme\"}").expect(201);
    String url = receiver.url("/");
    api.post(app + "/endpoint", "{\"url\":\"" + url + "\",\"uid\":\"one\"}").expect(201);
  }

  /** Returns the body that sets a client certificate. */
  static String identity(TestCertificate certificate) {
    return field("identity", certificate.keyPem() + certificate.pem());
  }

  /** Returns the body that sets an endpoint's CA. */
  static String ca(TestCertificate certificate) {
    return field("cert", certificate.pem());
  }

  private static String field(String name, String value) {
    return JSON.createObjectNode().put(name, value).toString();
  }

  private void send(int count) {
    api.post(app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202);
    receiver.awaitRequests(count);
  }

  @Test
  void aCertificateIsShownToTheReceiverAndItsKeyToNobody() {
    api.put(endpoint + "/ca", ca(RECEIVER)).expect(204);
    api.get(endpoint + "/mtls").expect(404);
    Reply none = api.get(endpoint + "/mtls-config").expect(200);
    assertThat(none.at("/enabled").asBoolean()).isFalse();
    assertThat(none.at("/config").isNull()).isTrue();

    api.put(endpoint + "/mtls", identity(FIRST)).expect(204);
    send(1);
    Reply shown = api.get(endpoint + "/mtls").expect(200);
    assertThat(shown.at("/subject").asString()).isEqualTo("CN=first");
    assertThat(shown.at("/sha256").asString()).matches("[0-9a-f]{64}");
    assertThat(shown.at("/notAfter").asString()).startsWith("20").endsWith("Z");
    Reply status = api.get(endpoint + "/mtls-config").expect(200);
    assertThat(status.at("/enabled").asBoolean()).isTrue();
    assertThat(status.at("/config")).isEqualTo(shown.json());
    String key = FIRST.keyPem().substring(60, 80);
    assertThat(shown.text() + status.text() + api.get(endpoint).expect(200).text())
        .doesNotContain(key, "BEGIN");

    api.put(endpoint + "/mtls", identity(SECOND)).expect(204);
    send(2);
    assertThat(receiver.clients()).containsExactly("CN=first", "CN=second");

    server.restart();
    send(3);
    assertThat(receiver.clients()).containsExactly("CN=first", "CN=second", "CN=second");

    api.delete(endpoint + "/mtls").expect(204);
    api.delete(endpoint + "/mtls").expect(204);
    api.get(endpoint + "/mtls").expect(404);
  }

  @Test
  void anAuthorityIsReadBackAndRemovedByNull() {
    assertThat(api.get(endpoint + "/ca").expect(200).at("/cert").isNull()).isTrue();
    api.put(endpoint + "/ca", ca(RECEIVER)).expect(204);
    assertThat(api.get(endpoint + "/ca").expect(200).at("/cert").asString())
        .isEqualTo(RECEIVER.pem());
    api.put(endpoint + "/ca", "{}").expect(204);
    assertThat(api.get(endpoint + "/ca").expect(200).at("/cert").isNull()).isTrue();
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    TestCertificate expired = TestCertificate.expired("old");
    assertInvalid("/mtls", "{}", "identity", "required");
    assertInvalid("/mtls", field("identity", "x"), "identity", "is not PEM");
    assertInvalid("/mtls", field("identity", FIRST.pem()), "identity", "no private key");
    assertInvalid("/mtls", field("identity", FIRST.keyPem()), "identity", "no certificate");
    assertInvalid(
        "/mtls", field("identity", FIRST.pem() + SECOND.keyPem()), "identity", "private key");
    assertInvalid("/mtls", identity(expired), "identity", "expired");
    assertInvalid("/ca", field("cert", ""), "cert", "is not PEM");
    assertInvalid("/ca", field("cert", FIRST.keyPem()), "cert", "private key");
    assertInvalid("/ca", field("cert", FIRST.pem().repeat(11)), "cert", "at most 10");
    assertInvalid("/ca", "{\"cert\":1}", "cert", "must be a string");
    api.get(endpoint + "/mtls").expect(404);
  }

  private void assertInvalid(String path, String body, String field, String message) {
    Reply reply = api.put(endpoint + path, body).expect(422);
    assertThat(reply.at("/detail/0/loc/1").asString()).isEqualTo(field);
    assertThat(reply.at("/detail/0/msg").asString())
        .contains(message)
        .doesNotContain(FIRST.keyPem().substring(60, 80));
  }

  @Test
  void theCustomerMaySetOneAndOthersSeeNoEndpoint() {
    String id = api.get(app).expect(200).id();
    ApiClient customer = server.application(id);
    customer.put(endpoint + "/mtls", identity(FIRST)).expect(204);
    assertThat(customer.get(endpoint + "/mtls").expect(200).at("/issuer").asString())
        .isEqualTo("CN=first");
    api.post("/api/v1/app", "{\"name\":\"Other\",\"uid\":\"other\"}").expect(201);
    api.get("/api/v1/app/other/endpoint/one/mtls").expect(404);
    server.environment("org_other").get(endpoint + "/mtls").expect(404);
  }
}
