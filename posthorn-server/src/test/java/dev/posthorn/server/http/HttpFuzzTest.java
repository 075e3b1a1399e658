package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Problems;
import java.util.List;
import java.util.Map;

/**
 * Parsing of requests from fuzzer input: invalid input is refused with 4xx.
 *
 * <p>Without {@code JAZZER_FUZZ=1}, each test runs only its known inputs.
 */
class HttpFuzzTest {
  private static final Routes ROUTES = new Routes(List.of(operation("/a/{b}/c"), operation("/a")));

  private static Operation operation(String path) {
    Operation.Docs docs = new Operation.Docs("", "", List.of(), null, List.of());
    return new Operation(
        path,
        "GET",
        path,
        Operation.Access.PUBLIC,
        docs,
        new Operation.Blocking(call -> Answer.empty(204)));
  }

  private static void refusing(Runnable read) {
    try {
      read.run();
    } catch (ApiError e) {
      assertThat(e.status()).isBetween(400, 499);
      assertThat(e.answer().body()).isNotEmpty();
    }
  }

  @FuzzTest
  void fields(byte[] body) {
    refusing(
        () -> {
          Fields fields = Fields.of(body);
          for (Runnable read :
              List.<Runnable>of(
                  () -> fields.text("a"),
                  () -> fields.nameOrNull("a"),
                  () -> fields.timeOrNull("a"),
                  () -> fields.flag("a", true),
                  () -> fields.numberOrNull("a", new NumberRange(1, 9)),
                  () -> fields.listOrNull("a", list -> Problems.ofNumber(list.size(), 3)),
                  () -> fields.mapOrNull("a"),
                  () -> fields.patchOrNull("a"),
                  () -> fields.fieldsOrNull("a"))) {
            refusing(read);
          }
        });
  }

  @FuzzTest
  void query(FuzzedDataProvider data) {
    Query query = new Query(Map.of("a", List.of(data.consumeRemainingAsString())));
    for (Runnable read :
        List.<Runnable>of(
            () -> query.set("a"),
            () -> query.flag("a", true),
            () -> query.number("a", new NumberRange(1, 9)),
            () -> query.time("a"))) {
      refusing(read);
    }
  }

  @FuzzTest
  void routes(FuzzedDataProvider data) {
    String method = data.consumeBoolean() ? "GET" : data.consumeString(8);
    refusing(() -> ROUTES.find(method, data.consumeRemainingAsString()));
  }
}
