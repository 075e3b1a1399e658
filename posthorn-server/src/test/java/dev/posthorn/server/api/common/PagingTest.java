package dev.posthorn.server.api.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.PageRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiSupport api = new ApiSupport(SERVER.server().engine(), 1_000);

  private Paging paging(Map<String, String> query, boolean newestFirst) {
    Query read =
        new Query(
            query.entrySet().stream()
                .collect(
                    java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, entry -> List.of(entry.getValue()))));
    return Paging.of(read, api, IdPrefix.ENDPOINT, newestFirst);
  }

  private String shown(Paging paging, List<Long> rows) {
    Answer answer =
        paging.answer(
            rows, id -> id, id -> "x" + id, (json, id) -> json.writeNumberProperty("id", id));
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void beginsAtTheStartAndReadsOneRowMoreThanItShows() {
    Paging paging = paging(Map.of("limit", "2"), false);
    assertThat(paging.listing()).isEqualTo(PageRequest.oldest(3));
    assertThat(shown(paging, List.of(1L, 2L, 3L)))
        .isEqualTo(
            "{\"data\":[{\"id\":1},{\"id\":2}],\"iterator\":\"x2\",\"prevIterator\":\"-x1\",\"done\":false}");
    assertThat(shown(paging, List.of(1L, 2L))).endsWith("\"done\":true}");
    assertThat(shown(paging, List.of()))
        .isEqualTo("{\"data\":[],\"iterator\":null,\"prevIterator\":null,\"done\":true}");
  }

  @Test
  void goesOnAfterTheRowThatTheIteratorNames() {
    String iterator = api.id(IdPrefix.ENDPOINT, 7);
    assertThat(paging(Map.of("iterator", iterator), false).listing())
        .isEqualTo(PageRequest.after(7, 51));
    assertThat(paging(Map.of("iterator", iterator), true).listing())
        .isEqualTo(PageRequest.before(7, 51));
    assertThat(paging(Map.of("iterator", iterator), true).listing(9, 20))
        .as("within bounds")
        .isEqualTo(new PageRequest(9, 7, true, 51));
  }

  @Test
  void goesBackInTheOtherDirectionAndShowsTheSameOrder() {
    Paging paging =
        paging(Map.of("iterator", "-" + api.id(IdPrefix.ENDPOINT, 7), "limit", "2"), false);
    assertThat(paging.listing()).isEqualTo(PageRequest.before(7, 3));
    assertThat(shown(paging, List.of(6L, 5L, 4L)))
        .isEqualTo(
            "{\"data\":[{\"id\":5},{\"id\":6}],\"iterator\":\"x6\",\"prevIterator\":\"-x5\",\"done\":false}");
  }

  @Test
  void goesOnWhereAShortPageStopped() {
    Paging paging = paging(Map.of("limit", "2"), true);
    Answer answer =
        paging.answer(
            List.of(), 4, (Long id) -> id, id -> "x" + id, (json, id) -> json.writeNull());
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"data\":[],\"iterator\":\"x4\",\"prevIterator\":null,\"done\":false}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "x", "--x", "app_00000000000000000000000000A", "ep_"})
  void refusesIteratorsThatNoListGave(String iterator) {
    assertThatThrownBy(() -> paging(Map.of("iterator", iterator), false))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(422));
  }
}
