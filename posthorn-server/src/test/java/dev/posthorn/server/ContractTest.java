package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract check itself: violations are detected. */
class ContractTest {
  private static final String GOOD =
      "{'id':'app_aaaaaaaaaaaaaaaaaaaaaaaaaaa','uid':null,'name':'Acme','throttleRate':null,"
          + "'rateLimit':null,'metadata':{},'createdAt':'2026-01-31T12:00:00Z','updatedAt':'2026-01-31T12:00:00Z'}";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final Contract contract = SERVER.contract();

  private void check(int status, String json) {
    contract.check("POST", "/api/v1/app", reply(status, json));
  }

  private static Reply reply(int status, String json) {
    return new Reply(
        "POST /api/v1/app",
        status,
        HttpHeaders.of(Map.of("Content-Type", List.of("application/json")), (name, value) -> true),
        json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void isKeptByAGoodAnswer() {
    check(201, GOOD);
    assertThat(contract.called()).contains("v1.application.create");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          app_aaaaaaaaaaaaaaaaaaaaaaaaaaa | app_short        | an id of another form
          'uid':null                      | 'uid':'no spaces' | a uid that is no name
          'uid':null                      | 'uid':''         | an empty uid
          'throttleRate':null             | 'throttleRate':0 | a number out of its range
          'throttleRate':null             | 'throttleRate':'1' | a number as a text
          'name':'Acme'                   | 'name':null      | null where there is none
          'name':'Acme',                  | ``               | a property that is missing
          'metadata':{}                   | 'metadata':{'a':1} | a value of another kind
          2026-01-31T12:00:00Z            | yesterday        | a time of another form
          'uid'                           | 'more':1,'uid'   | a property that is not described
          """)
  void isBrokenBy(String good, String bad, String what) {
    assertThatThrownBy(() -> check(201, GOOD.replace(good, bad)))
        .as(what)
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void isBrokenByAStatusThatIsNotDescribed() {
    assertThatThrownBy(() -> check(202, GOOD)).isInstanceOf(AssertionError.class);
  }

  @Test
  void isBrokenByAnErrorWithoutACode() {
    check(409, "{'code':'conflict','detail':'uid: is taken'}");
    assertThatThrownBy(() -> check(409, "{'detail':'uid: is taken'}"))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> check(503, "{'detail':'busy'}")).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> check(422, "{'code':'validation','detail':'no list'}"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void isBrokenByWhatOnlyOneOfTheDocumentsForbids() {
    // The open server's document allows any id; that of the service requires the exact form.
    assertThatThrownBy(() -> check(201, GOOD.replace("app_aaaaaaaaaaaaaaaaaaaaaaaaaaa", "app_1")))
        .hasMessageContaining("svix-service")
        .hasMessageNotContaining("svix-open-server");
  }
}
