package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final Routes ROUTES =
      new Routes(
          List.of(
              operation("GET", "/a"),
              operation("POST", "/a"),
              operation("GET", "/a/{id}"),
              operation("POST", "/a/{id}"),
              operation("DELETE", "/a/{id}"),
              operation("PUT", "/a/{id}"),
              operation("PATCH", "/a/{id}"),
              operation("GET", "/a/fixed"),
              operation("GET", "/a/{id}/b/{other}"),
              operation("GET", "/a/fixed/c")));

  private static Operation operation(String method, String path) {
    Operation.Docs docs = new Operation.Docs("", "", List.of(), null, List.of());
    return new Operation(
        method + path,
        method,
        path,
        Operation.Access.PUBLIC,
        docs,
        new Operation.Blocking(call -> Answer.empty(204)));
  }

  private static String found(String method, String path) {
    Routes.Match match = ROUTES.find(method, path);
    return match.operation().id() + match.path();
  }

  @Test
  void prefersFixedSegmentsToVariables() {
    assertThat(found("GET", "/a/fixed")).isEqualTo("GET/a/fixed[]");
    assertThat(found("GET", "/a/other")).isEqualTo("GET/a/{id}[other]");
  }

  @Test
  void goesBackToAVariableWhereTheFixedSegmentLeadsNowhere() {
    assertThat(found("GET", "/a/fixed/b/1")).isEqualTo("GET/a/{id}/b/{other}[fixed, 1]");
    assertThat(found("GET", "/a/fixed/c")).isEqualTo("GET/a/fixed/c[]");
  }

  @Test
  void answersHeadAsGet() {
    assertThat(found("HEAD", "/a")).isEqualTo("GET/a[]");
  }

  @Test
  void knowsWhatIsMissing() {
    assertThatThrownBy(() -> found("GET", "/b"))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(404));
    assertThatThrownBy(() -> found("GET", "/a//b/1"))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(404));
    assertThatThrownBy(() -> found("PUT", "/a"))
        .isInstanceOfSatisfying(
            ApiError.class,
            e -> {
              assertThat(e.status()).isEqualTo(405);
              assertThat(e).hasMessageContaining("GET or HEAD or POST");
            });
  }

  @Test
  void aSlashAtTheEndMeansNothingToThoseWhoLookOrAdd() {
    assertThat(found("GET", "/a/")).isEqualTo("GET/a[]");
    assertThat(found("HEAD", "/a/x/")).isEqualTo("GET/a/{id}[x]");
    assertThat(found("POST", "/a/")).isEqualTo("POST/a[]");
    assertThat(found("POST", "/a/x/")).isEqualTo("POST/a/{id}[x]");
  }

  /** Results of URL parsers for an id that is empty, one dot or two dots. */
  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PUT", "PATCH"})
  void aSlashAtTheEndIsNoPathToThoseWhoChangeOneThing(String method) {
    assertThat(found(method, "/a/x")).isEqualTo(method + "/a/{id}[x]");
    for (String path : List.of("/a/", "/a/x/", "/a/x/b/", "/")) {
      assertThatThrownBy(() -> found(method, path))
          .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(404));
    }
  }

  @Test
  void hasNoTwoOperationsForOneRequest() {
    assertThatThrownBy(
            () -> new Routes(List.of(operation("GET", "/a/{x}"), operation("GET", "/a/{y}"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("duplicate operation GET /a/{y}");
  }

  @Test
  void aVariableSegmentIsFoundByItsWholeName() {
    String path = "/app/{app_id}/app/{app}/msg/{msg_id}";
    assertThat(Routes.index(path, "app_id")).isZero();
    assertThat(Routes.index(path, "app")).isEqualTo(1);
    assertThat(Routes.index(path, "msg_id")).isEqualTo(2);
    assertThatThrownBy(() -> Routes.index(path, "msg"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{msg}");
  }
}
