package dev.posthorn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.message.MessageInput;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Query;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import tools.jackson.databind.json.JsonMapper;

/** Parsing of messages and iterators from fuzzer input: invalid input is refused with 422. */
class ApiFuzzTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private static final JsonMapper MAPPER = new JsonMapper();

  @FuzzTest
  void messages(byte[] body) {
    try {
      MessageInput input = MessageInput.read(body);
      if (input.contentType.equals("application/json")) {
        assertThat(MAPPER.readTree(input.payload)).isNotNull();
      }
    } catch (ApiError e) {
      assertThat(e.status()).isEqualTo(422);
      assertThat(e.answer().body()).isNotEmpty();
    }
  }

  @FuzzTest
  void iterators(FuzzedDataProvider data) {
    ApiSupport api = new ApiSupport(SERVER.server().engine(), 1_000);
    Query query = new Query(Map.of("iterator", List.of(data.consumeRemainingAsString())));
    try {
      assertThat(Paging.of(query, api, IdPrefix.MESSAGE, true).listing()).isNotNull();
    } catch (ApiError e) {
      assertThat(e.status()).isEqualTo(422);
    }
  }
}
