package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.portal.PortalLook;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The portal in the language of a German browser, and in that of the server's settings. */
class PortalLanguageTest extends ConsoleFixture {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @Override
  Browser.NewContextOptions options() {
    return super.options().setLocale("de-DE");
  }

  private String link(ServerFixture of, String url) {
    var api = of.environment(ENVIRONMENT);
    String app = api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    api.post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201);
    return api.post("/api/v1/auth/app-portal-access/" + app, "{}")
        .expect(200)
        .at("/url")
        .asString();
  }

  @Test
  void aGermanBrowserShowsGerman() {
    String url = SERVER.receiver().url("/hooks");
    var unused = page().navigate(link(SERVER, url));
    link(url).click();
    assertThat(heading("Signaturgeheimnis")).isVisible();
    assertThat(page().locator("html")).hasAttribute("lang", "de");
    assertThat(button("Deaktivieren")).isVisible();
    button("Bearbeiten").click();
    assertThat(text("Die URL wird mit einer Anfrage ohne Signatur geprüft.")).isVisible();
    button("Abbrechen").click();
    assertThat(untranslated()).as("elements without text").isEmpty();
    assertAccessible();
    page().setViewportSize(360, 740);
    assertFits();
    screenshot("portal-german");
  }

  private List<?> untranslated() {
    return (List<?>)
        page()
            .evaluate(
                "() => [...document.querySelectorAll('[data-t]')].filter(it => it.textContent ==="
                    + " '' || it.textContent === it.dataset.t).map(it => it.dataset.t)");
  }

  @Test
  void aSettingChoosesTheLanguageOfAll() {
    try (ServerFixture own =
        ServerFixture.start(
            options ->
                options.withManner(
                    options.manner().withPortal(new PortalLook("", null, null, "pt"))))) {
      var unused = page().navigate(link(own, own.receiver().url("/hooks")));
      assertThat(button("Adicionar endpoint")).isVisible();
      assertThat(page().locator("#brand")).isHidden();
    }
  }
}
