package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The server's start page. */
class StartPageTest {
  private static final Pattern LINK = Pattern.compile("\\shref=\"([^\"]*)\"");

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient nobody = SERVER.client("");

  @Test
  void itsLinksLeadToSomething() {
    String page = nobody.get("/").expect(200).text();
    List<String> links =
        LINK.matcher(page).results().map((MatchResult link) -> link.group(1)).toList();
    assertThat(links).contains("/docs", "/api/v1/openapi.json", "/api/v1/health");
    for (String link : links) {
      String[] parts = link.split("#", -1);
      Reply there = nobody.get(parts[0]);
      assertThat(there.status()).as(link).isBetween(200, 204);
      if (parts.length > 1) {
        assertThat(there.text()).as(link).contains("id=\"" + parts[1] + "\"");
      }
    }
  }

  @Test
  void theBrowserIsToldToTakeNothingFromElsewhere() {
    Reply page = nobody.get("/").expect(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "style-src 'self'", "frame-ancestors 'none'")
        .contains("base-uri 'none'", "form-action 'none'")
        .doesNotContain("unsafe", "*", "http:", "https:", "data:", "script-src");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    assertThat(page.text()).doesNotContainPattern("<script|<style|\\sstyle=|\\ssrc=|https?://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/json, text/plain, */*", "application/json;q=0.9"})
  void programsThatAcceptJsonGetTheLinksAsAnObject(String accept) {
    Reply reply = nobody.send("GET", "/", null, "Accept", accept).expect(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    JsonNode links = reply.json();
    for (String name : List.of("docs", "openapi", "portal", "health")) {
      assertThat(nobody.get(links.get(name).asString()).status()).as(name).isBetween(200, 204);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/html,application/xhtml+xml,application/json;q=0.9"})
  void allOthersGetThePage(String accept) {
    assertThat(nobody.send("GET", "/", null, "Accept", accept).expect(200).text())
        .startsWith("<!doctype html>");
  }

  @Test
  void headIsAnsweredAsGet() {
    Reply head = nobody.send("HEAD", "/", null).expect(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(head.header("Content-Length"))
        .isEqualTo(Integer.toString(nobody.get("/").body().length));
  }

  @Test
  void nothingElseIsThere() {
    assertThat(nobody.post("/", "{}").expect(405).header("Allow")).isEqualTo("GET, HEAD");
    nobody.get("/nothing").expect(404);
    nobody.delete("/").expect(404);
  }
}
