package dev.posthorn.server.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The languages and colors of the portal. */
class PortalLookTest {
  private static final Pattern VALUE = Pattern.compile("\\{\\w+}");

  private static JsonNode words(String language) throws IOException {
    try (InputStream in = PortalApi.class.getResourceAsStream(language + ".json")) {
      return new JsonMapper().readTree(Objects.requireNonNull(in).readAllBytes());
    }
  }

  private static Set<String> values(String text) {
    return VALUE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @Test
  void eachLanguageHasTheSameWordsWithTheSameValues() throws IOException {
    JsonNode english = words("en");
    for (String language : Language.all()) {
      JsonNode own = words(language);
      assertThat(new TreeSet<>(own.propertyNames()))
          .as(language)
          .isEqualTo(new TreeSet<>(english.propertyNames()));
      for (String name : english.propertyNames()) {
        assertThat(values(own.get(name).asString()))
            .as(language + " " + name)
            .isEqualTo(values(english.get(name).asString()));
      }
    }
  }

  @Test
  void theWordsOfThePageExistAndAreUsed() throws IOException {
    String page = text("portal.html") + text("portal.js");
    Set<String> known = new TreeSet<>(words("en").propertyNames());
    Set<String> used = new TreeSet<>();
    for (String pattern : new String[] {"data-t(?:-label)?=\"([^\"]+)\"", "\\bt\\('(\\w+)'"}) {
      Pattern.compile(pattern).matcher(page).results().forEach(one -> used.add(one.group(1)));
    }
    assertThat(used).hasSizeGreaterThan(80);
    assertThat(known).containsAll(used);
    assertThat(known)
        .as("each word is somewhere in the page, or comes from the API")
        .allSatisfy(
            name ->
                assertThat(
                        page.contains("'" + name.replaceAll("\\..*", "") + "'")
                            || page.contains("\"" + name + "\"")
                            || page.contains("words." + name)
                            || Set.of(
                                    "enabled",
                                    "paused",
                                    "disabled",
                                    "disabled_failing",
                                    "disabled_gone",
                                    "success",
                                    "pending",
                                    "fail",
                                    "sending",
                                    "canceled")
                                .contains(name))
                    .as(name)
                    .isTrue());
  }

  private static String text(String file) throws IOException {
    try (InputStream in = PortalApi.class.getResourceAsStream(file)) {
      return new String(
          Objects.requireNonNull(in).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @Test
  void theLanguageIsTheOneThatTheBrowserLikesMost() {
    assertThat(Language.of("de-DE,de;q=0.9,en;q=0.8")).isEqualTo("de");
    assertThat(Language.of("fr,pt-BR;q=0.5,en;q=0.1")).isEqualTo("pt");
    assertThat(Language.of("en;q=0.3,pt;q=0.5")).isEqualTo("pt");
    for (String other : new String[] {"fr", "*", "", "no such;q=header", "x".repeat(2_000)}) {
      assertThat(Language.of(other)).as(other).isEqualTo("en");
    }
    assertThat(Language.of(null)).isEqualTo("en");
  }

  @Test
  void colorsMustBeReadable() {
    assertThat(PortalLook.Colors.contrast("#000000", "#ffffff")).isBetween(20.99, 21.01);
    assertThat(PortalLook.Colors.of("#0b5c8a, #7cc4ee"))
        .isEqualTo(new PortalLook.Colors("#0b5c8a", "#7cc4ee"));
    assertThatThrownBy(() -> PortalLook.Colors.of("#ffcc00"))
        .hasMessageContaining("hard to read on a light page")
        .hasMessageContaining("choose a darker one");
    assertThatThrownBy(() -> PortalLook.Colors.of("#0b5c8a,#0b5c8a"))
        .hasMessageContaining("choose a lighter one");
    for (String wrong : new String[] {"red", "#12345", "#0b5c8a;}", "#0b5c8a,#7cc4ee,#7cc4ee"}) {
      assertThatThrownBy(() -> PortalLook.Colors.of(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theStyleSheetHasBothColors() {
    PortalLook look = new PortalLook("", null, new PortalLook.Colors("#0b5c8a", "#abcdef"), null);
    assertThat(look.css().toLowerCase(Locale.ROOT))
        .contains(":root { --link: #0b5c8a; }", "dark) { :root { --link: #abcdef; } }");
    assertThat(PortalLook.DEFAULT.css()).isEmpty();
  }
}
