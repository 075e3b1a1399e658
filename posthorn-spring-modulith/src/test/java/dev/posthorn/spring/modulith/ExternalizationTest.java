package dev.posthorn.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Application;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.Receipt;
import dev.posthorn.spring.modulith.program.BadlyRouted;
import dev.posthorn.spring.modulith.program.InvoicePaid;
import dev.posthorn.spring.modulith.program.Ledger;
import dev.posthorn.spring.modulith.program.OrderShipped;
import dev.posthorn.spring.modulith.program.Shop;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Events of a program that are webhooks; each test has customers of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalizationTest {
  private final Receiver receiver = Receiver.start();
  private ConfigurableApplicationContext context;
  private Posthorn posthorn;
  private Shop shop;
  private JdbcTemplate database;

  @BeforeAll
  void start(@TempDir Path folder) {
    context = Programs.start(folder, List.of());
    posthorn = context.getBean(Posthorn.class);
    shop = context.getBean(Shop.class);
    database = context.getBean(JdbcTemplate.class);
  }

  @AfterAll
  void stop() {
    context.close();
    receiver.close();
  }

  private Application customer(String name) {
    Application customer = posthorn.application(name);
    customer.endpoints().add(NewEndpoint.of(receiver.url("/" + name)));
    return customer;
  }

  private List<ReceivedRequest> requests(String name) {
    return receiver.requests().stream()
        .filter(request -> request.path().equals("/" + name))
        .toList();
  }

  private ReceivedRequest awaitOne(String name) {
    Await.until("a webhook arrives", () -> !requests(name).isEmpty());
    assertThat(requests(name)).hasSize(1);
    return requests(name).getFirst();
  }

  private long count(String what) {
    return Objects.requireNonNull(
        database.queryForObject("SELECT COUNT(*) FROM " + what, Long.class));
  }

  @Test
  void aCommittedEventIsSentToTheApplicationThatItNames() {
    Application customer = customer("committing");
    shop.commit(InvoicePaid.of("committing", "inv_1"));

    ReceivedRequest request = awaitOne("committing");

    // The mapper is that of the program, with its naming strategy.
    assertThat(request.text())
        .isEqualTo(
            "{\"customer\":\"committing\",\"invoice\":\"inv_1\","
                + "\"paid_at\":\"2030-01-01T08:00:00Z\"}");
    String id = Objects.requireNonNull(request.header("webhook-id"));
    assertThat(customer.messages().get(id).type()).isEqualTo("invoice.paid");
    assertThat(context.getBean(Ledger.class).receipts()).contains(Receipt.pending(id));
  }

  @Test
  void anEventWhoseTransactionRollsBackIsNotSent() {
    Application customer = customer("rolling-back");
    assertThatThrownBy(() -> shop.rollBack(InvoicePaid.of("rolling-back", "inv_1")))
        .hasMessage("rolled back");
    shop.commit(InvoicePaid.of("rolling-back", "inv_2"));

    assertThat(awaitOne("rolling-back").text()).contains("inv_2");
    Await.until("the inbox is empty", () -> count("posthorn_inbox") == 0);
    assertThat(customer.messages().list(null, 10).messages()).hasSize(1);
  }

  @Test
  void theRegistryOfEventsKeepsNothingForWebhooks() {
    shop.commit(InvoicePaid.of("registered", "inv_1"));

    assertThat(context.getBean(Ledger.class).invoices())
        .contains(InvoicePaid.of("registered", "inv_1"));
    String mine = "event_publication WHERE serialized_event LIKE '%registered%'";
    assertThat(count(mine)).isOne(); // that of the ledger
    assertThat(count(mine + " AND listener_id LIKE '%Ledger%'")).isOne();
  }

  @Test
  void withoutATargetTheTypeIsTheNameAndTheApplicationIsTheDefault() {
    posthorn.endpoints().add(NewEndpoint.of(receiver.url("/default")));
    shop.commit(new OrderShipped("order-1"));

    String id = Objects.requireNonNull(awaitOne("default").header("webhook-id"));

    assertThat(posthorn.messages().get(id).type()).isEqualTo("OrderShipped");
  }

  @Test
  void withoutATransactionAnEventIsStoredAtOnce() {
    customer("immediate");
    shop.publishNow(InvoicePaid.of("immediate", "inv_1"));

    assertThat(context.getBean(Ledger.class).receipts())
        .anyMatch(receipt -> !receipt.pending() && receipt.endpoints().size() == 1);
    awaitOne("immediate");
  }

  @Test
  void anUnknownApplicationIsCreated() {
    shop.commit(InvoicePaid.of("never-seen-before", "inv_1"));

    assertThat(posthorn.applications()).extracting(Application::uid).contains("never-seen-before");
    Application created = posthorn.application("never-seen-before");
    Await.until(
        "the message is stored", () -> !created.messages().list(null, 10).messages().isEmpty());
  }

  static Stream<Arguments> badlyRouted() {
    return Stream.of(
        Arguments.of(InvoicePaid.of(null, "inv_1"), "the application is missing; write"),
        Arguments.of(new BadlyRouted.EmptyApplication("a"), "the application is missing; write"),
        Arguments.of(new BadlyRouted.Misspelled("a"), "'custmer'"),
        Arguments.of(new BadlyRouted.Unfinished("a"), "cannot be routed to invoice.paid::#{"),
        Arguments.of(new BadlyRouted.PartlyExpression(17), "#{'customer-' + #this.number}"),
        Arguments.of(new BadlyRouted.BadType("a"), "is routed to invoice paid::customer-17: type:"),
        Arguments.of(new BadlyRouted.BadApplication("a"), "invoice.paid::no blanks please: uid: "),
        Arguments.of(new BadlyRouted.Nested("a"), "is routed to BadlyRouted$Nested: type: "));
  }

  @ParameterizedTest
  @MethodSource("badlyRouted")
  void anEventThatCannotBeRoutedFailsItsTransaction(Object event, String problem) {
    String name = "beside-" + event.getClass().getSimpleName();
    Application customer = customer(name);
    InvoicePaid before = InvoicePaid.of(name, "inv_1");

    assertThatThrownBy(() -> shop.commit(before, event))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageStartingWith(event.getClass().getName() + ": ")
        .hasMessageContaining(problem);

    assertThat(count("event_publication WHERE serialized_event LIKE '%beside-%'")).isZero();
    Await.until("the inbox is empty", () -> count("posthorn_inbox") == 0);
    assertThat(customer.messages().list(null, 10).messages()).isEmpty();
  }

  @Test
  void otherEventsStayInTheProgram() {
    List<Receipt> receipts = context.getBean(Ledger.class).receipts();
    int before = receipts.size();
    shop.commit("an event of the program", new Object());
    assertThat(receipts).hasSize(before);
  }
}
