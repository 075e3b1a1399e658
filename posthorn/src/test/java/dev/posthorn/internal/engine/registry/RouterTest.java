package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.registry.Router.Choice;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {

  private final RegisteredApplication application =
      new RegisteredApplication(0, new ApplicationRow(1, 1, ApplicationSpec.of(null, "app"), 0, 0));

  private static EndpointRow row(
      long id, EndpointState state, List<String> types, List<String> channels) {
    EndpointSpec spec =
        EndpointSpec.to("https://example.com/").eventTypes(types).channels(channels).build();
    return new EndpointRow(id, 1, spec, state, 0, 0);
  }

  private RegisteredEndpoint add(long id, String... types) {
    RegisteredEndpoint entry =
        new RegisteredEndpoint(
            1, 0, row(id, EndpointState.ENABLED, List.of(types), List.of()), List.of());
    application.put(entry, null, entry.settings());
    return entry;
  }

  @ParameterizedTest
  @CsvSource({
    "invoice.paid, invoice.paid, true",
    "invoice.paid, invoice.pai, false",
    "invoice.paid, invoice.paid.late, false",
    "invoice.paid, Invoice.paid, false",
    "invoice.*, invoice.paid, true",
    "invoice.*, invoice.paid.late, true",
    "invoice.*, invoice, false",
    "invoice.*, invoice., false",
    "invoice.*, invoices.paid, false",
    "invoice.*, xinvoice.paid, false",
    "*, anything.at.all, true",
  })
  void aPatternIsANameOrAPrefixOrEverything(String pattern, String type, boolean matches) {
    assertThat(Router.matches(pattern, type)).isEqualTo(matches);
  }

  @Test
  void anEndpointWithoutPatternsTakesEveryType() {
    EndpointRow all = row(1, EndpointState.ENABLED, List.of(), List.of());
    assertThat(Router.choose(all, "a.b", List.of())).isEqualTo(Choice.MATCHED);
    EndpointRow some = row(1, EndpointState.ENABLED, List.of("x", "a.*"), List.of());
    assertThat(Router.choose(some, "a.b", List.of())).isEqualTo(Choice.MATCHED);
    assertThat(Router.choose(some, "b", List.of())).isEqualTo(Choice.EVENT_TYPE);
  }

  @Test
  void anEndpointWithChannelsTakesOnlyWhatSharesOne() {
    EndpointRow endpoint = row(1, EndpointState.ENABLED, List.of(), List.of("c1", "c2"));
    assertThat(Router.choose(endpoint, "a", List.of("c0", "c2"))).isEqualTo(Choice.MATCHED);
    assertThat(Router.choose(endpoint, "a", List.of("c3"))).isEqualTo(Choice.CHANNEL);
    assertThat(Router.choose(endpoint, "a", List.of())).isEqualTo(Choice.CHANNEL);
    EndpointRow open = row(1, EndpointState.ENABLED, List.of(), List.of());
    assertThat(Router.choose(open, "a", List.of("c3"))).isEqualTo(Choice.MATCHED);
  }

  @ParameterizedTest
  @EnumSource(EndpointState.class)
  void onlyEnabledAndPausedEndpointsTakeDeliveries(EndpointState state) {
    boolean takes = state == EndpointState.ENABLED || state == EndpointState.PAUSED;
    assertThat(Router.choose(row(1, state, List.of(), List.of()), "a", List.of()))
        .isEqualTo(takes ? Choice.MATCHED : Choice.DISABLED);
  }

  @Test
  void aRouteIsRememberedUntilAnythingOfTheApplicationChanges() {
    RegisteredEndpoint first = add(1, "a.*");
    assertThat(Router.route(application, "a.b", List.of())).containsExactly(first);
    assertThat(Router.route(application, "a.b", List.of()))
        .isSameAs(Router.route(application, "a.b", List.of()));
    RegisteredEndpoint second = add(2);
    add(3, "other");
    assertThat(Router.route(application, "a.b", List.of())).containsExactly(first, second);
    application.remove(first);
    assertThat(Router.route(application, "a.b", List.of())).containsExactly(second);
    application.put(
        second,
        second.row(),
        new RegisteredEndpoint.Settings(
            row(2, EndpointState.DISABLED, List.of(), List.of()), List.of(), false));
    assertThat(Router.route(application, "a.b", List.of())).isEmpty();
  }

  @Test
  void aMessageWithChannelsDoesNotSpoilTheRouteOfOneWithout() {
    RegisteredEndpoint open = add(1);
    RegisteredEndpoint listening =
        new RegisteredEndpoint(
            1, 0, row(2, EndpointState.ENABLED, List.of(), List.of("c")), List.of());
    application.put(listening, null, listening.settings());
    assertThat(Router.route(application, "a", List.of("c"))).containsExactly(open, listening);
    assertThat(Router.route(application, "a", List.of())).containsExactly(open);
    assertThat(Router.route(application, "a", List.of("c"))).containsExactly(open, listening);
  }

  @Test
  void noMoreThanAThousandRoutesAreRememberedAndTheRestIsStillRight() {
    RegisteredEndpoint open = add(1);
    for (int i = 0; i < 1_100; i++) {
      assertThat(Router.route(application, "type" + i, List.of())).containsExactly(open);
    }
    assertThat(application.routes().types()).isEqualTo(1_000);
  }

  @Test
  void theRoutesOfVeryManyEndpointsTakeBoundedMemory() {
    for (long id = 1; id <= 1_000; id++) {
      add(id);
    }
    for (int i = 0; i < 200; i++) {
      assertThat(Router.route(application, "type" + i, List.of())).hasSize(1_000);
    }
    assertThat(application.routes().types()).isBetween(60, 70);
    assertThat(application.routes().endpoints()).isBetween(60_000, 70_000);
  }
}
