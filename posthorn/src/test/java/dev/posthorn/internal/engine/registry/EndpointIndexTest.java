package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.registry.Router.Choice;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointIndexTest {
  private static final List<String> PATTERNS =
      List.of("*", "a", "a.*", "a.b", "a.b.*", "a.b.c", "b", "b.*", ".*", "a.", "*.b");
  private static final List<String> TYPES =
      List.of("a", "a.b", "a.b.c", "a.b.c.d", "b", "b.x", "c", "a.", ".a", "a.*", "*.b", "*");
  private static final List<String> CHANNELS = List.of("x", "y", "a", "*");

  private final Random random = new Random(7);
  private final RegisteredApplication application =
      new RegisteredApplication(0, new ApplicationRow(1, 1, ApplicationSpec.of(null, "app"), 0, 0));
  private final List<RegisteredEndpoint> present = new ArrayList<>();

  private static EndpointRow row(
      long id, EndpointState state, List<String> types, List<String> channels) {
    EndpointSpec spec =
        EndpointSpec.to("https://example.com/").eventTypes(types).channels(channels).build();
    return new EndpointRow(id, 1, spec, state, 0, 0);
  }

  private EndpointRow anyRow(long id) {
    EndpointState[] states = EndpointState.values();
    return row(id, states[random.nextInt(states.length)], some(PATTERNS), some(CHANNELS));
  }

  private List<String> some(List<String> all) {
    return random.nextBoolean()
        ? List.of()
        : IntStream.range(0, 1 + random.nextInt(3))
            .mapToObj(i -> all.get(random.nextInt(all.size())))
            .toList();
  }

  private void changeOne(long id) {
    int what = random.nextInt(4);
    if (what <= 1 || present.isEmpty()) {
      RegisteredEndpoint fresh = new RegisteredEndpoint(1, 0, anyRow(id), List.of());
      application.put(fresh, null, fresh.settings());
      present.add(fresh);
      return;
    }
    RegisteredEndpoint one = present.get(random.nextInt(present.size()));
    if (what == 2) {
      application.remove(one);
      present.remove(one);
    } else {
      application.put(
          one, one.row(), new RegisteredEndpoint.Settings(anyRow(one.id), List.of(), false));
    }
  }

  @Test
  void whoIsFoundIsWhoWouldBeChosenAmongAll() {
    for (int id = 1; id <= 400; id++) {
      changeOne(id);
      for (String type : TYPES) {
        List<String> channels = some(CHANNELS);
        assertThat(Router.route(application, type, channels))
            .as("%s %s", type, channels)
            .containsExactly(
                present.stream()
                    .filter(one -> Router.choose(one.row(), type, channels) == Choice.MATCHED)
                    .toArray(RegisteredEndpoint[]::new));
      }
      assertThat(application.size()).isEqualTo(present.size());
      assertThat(application.endpoints()).containsExactlyElementsOf(present);
    }
  }

  @Test
  void aMessageLooksOnlyAtThoseThatMayWantIt() {
    for (int id = 1; id <= 5_000; id++) {
      List<String> channels = id % 2 == 0 ? List.of("customer" + id) : List.of();
      RegisteredEndpoint endpoint =
          new RegisteredEndpoint(
              1, 0, row(id, EndpointState.ENABLED, List.of("type" + id), channels), List.of());
      application.put(endpoint, null, endpoint.settings());
    }
    assertThat(application.candidates("type7", List.of("customer10", "customer11"))).hasSize(2);
    assertThat(application.candidates("type7", List.of())).hasSize(1);
    assertThat(application.candidates("other", List.of("other"))).isEmpty();
  }
}
