package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hidden headers, which a customer can neither see nor redirect to another server. */
class HiddenHeadersTest {
  private static final String SECRET = "Bearer of-the-host";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient host = SERVER.api();
  private List<ApiClient> customers = List.of();
  private String endpoint = "";
  private String headers = "";

  @BeforeEach
  void anEndpointWithHeaders() {
    String app = host.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String access = "/api/v1/auth/app-portal-access/" + app;
    customers =
        List.of(
            SERVER.client(host.post(access, "{}").expect(200).at("/token").asString()),
            SERVER.client(
                host.post(access, "{\"capabilities\":[\"ViewBase\",\"ManageEndpoint\"]}")
                    .expect(200)
                    .at("/token")
                    .asString()),
            SERVER.application(app));
    String all = "/api/v1/app/" + app + "/endpoint";
    endpoint = all + "/" + host.post(all, url("https://a.example/hooks")).expect(201).id();
    headers = endpoint + "/headers";
    host.put(headers, "{\"headers\":{\"authorization\":\"" + SECRET + "\",\"X-Team\":\"t\"}}")
        .expect(204);
  }

  private static String url(String url) {
    return "{\"url\":\"" + url + "\"}";
  }

  @Test
  void stayWithTheirOriginIfACustomerChangesTheUrl() {
    for (ApiClient customer : customers) {
      for (String elsewhere :
          List.of(
              "https://b.example/hooks",
              "https://a.example.b.example/hooks",
              "https://a.example:444/hooks",
              "http://a.example/hooks",
              "http://a.example:443/hooks")) {
        Reply refused = customer.patch(endpoint, url(elsewhere)).expect(409);
        assertThat(refused.at("/detail").asString()).contains("authorization", "remove them");
        assertThat(refused.text()).doesNotContain(SECRET);
        customer.put(endpoint, url(elsewhere)).expect(409);
        assertThat(host.get(endpoint).at("/url").asString()).isEqualTo("https://a.example/hooks");
      }
    }
  }

  @Test
  void goToAnotherPathOfTheSameOrigin() {
    ApiClient customer = customers.get(0);
    customer.patch(endpoint, url("https://a.example/other?x=1")).expect(200);
    customer.put(endpoint, url("https://A.example:443/hooks")).expect(200);
    customer.patch(endpoint, "{\"description\":\"d\"}").expect(200);
    customer.post(endpoint + "/pause", null).expect(200);
    assertThat(host.get(headers).expect(200).text()).contains("authorization");
  }

  @Test
  void canBeRemovedByTheCustomerWhoThenMayChangeTheUrl() {
    ApiClient customer = customers.get(0);
    customer.patch(headers, "{\"headers\":{\"authorization\":null}}").expect(204);
    customer.patch(endpoint, url("https://b.example/")).expect(200);
    assertThat(host.get(headers).expect(200).text())
        .isEqualTo("{\"headers\":{\"X-Team\":\"t\"},\"sensitive\":[]}");
  }

  @Test
  void goWhereTheHostSendsThem() {
    host.patch(endpoint, url("https://b.example/")).expect(200);
    host.put(endpoint, url("https://c.example/")).expect(200);
    assertThat(host.get(headers).expect(200).text()).contains("authorization");
  }
}
