package dev.posthorn.spring.modulith;

import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Receipt;
import dev.posthorn.spring.boot.ManagedPosthorn;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.EventExternalized;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Sends each event that Spring Modulith selects for externalization, in the transaction that
 * publishes it.
 *
 * <p>This listener runs in the thread that publishes, before {@code publishEvent} returns. So the
 * row of the inbox is committed or rolled back with everything else, and an event that cannot be
 * sent fails its transaction. It is no listener after the commit: the event publication registry
 * keeps nothing for it.
 */
public final class PosthornEventExternalizer implements ApplicationListener<ApplicationEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(PosthornEventExternalizer.class);

  private final EventExternalizationConfiguration configuration;
  private final Supplier<Posthorn> posthorn;
  private final ApplicationEventPublisher publisher;
  private final WebhookRouting routing;

  /**
   * Creates a listener.
   *
   * @param configuration selects, maps and routes events
   * @param posthorn returns the bean, which need not exist before the first event
   * @param publisher publishes that an event was externalized
   * @param routing resolves targets
   */
  PosthornEventExternalizer(
      EventExternalizationConfiguration configuration,
      Supplier<Posthorn> posthorn,
      ApplicationEventPublisher publisher,
      WebhookRouting routing) {
    this.configuration = configuration;
    this.posthorn = posthorn;
    this.publisher = publisher;
    this.routing = routing;
  }

  /** Returns false: the transaction belongs to the thread that publishes. */
  @Override
  public boolean supportsAsyncExecution() {
    return false;
  }

  @Override
  public void onApplicationEvent(ApplicationEvent published) {
    Object event =
        published instanceof PayloadApplicationEvent<?> wrapper ? wrapper.getPayload() : published;
    // A program may select all events; those about this listener's own work have no end.
    if (!(event instanceof EventExternalized) && configuration.supports(event)) {
      externalize(event);
    }
  }

  private void externalize(Object event) {
    RoutingTarget target = configuration.determineTarget(event);
    Object mapped = configuration.map(event);
    WebhookRoute route = routing.resolve(target, event, mapped);
    Posthorn sender = posthorn.get();
    requireJoined(sender, event);
    Receipt receipt = send(sender, route, event, mapped);
    LOG.debug("Event {} sent to {} as message {}", event.getClass().getName(), route, receipt.id());
    publisher.publishEvent(new EventExternalized<>(event, mapped, target, receipt));
  }

  private static Receipt send(Posthorn posthorn, WebhookRoute route, Object event, Object mapped) {
    NewMessage message = route.message(event, mapped);
    return route.destination(event, posthorn).send(message);
  }

  /** Refuses an event whose transaction a message cannot join: it would survive a rollback. */
  private static void requireJoined(Posthorn posthorn, Object event) {
    if (TransactionSynchronizationManager.isActualTransactionActive()
        && posthorn instanceof ManagedPosthorn managed
        && !managed.joinsCurrentTransaction()) {
      throw PosthornException.invalid(
          event.getClass().getName(),
          "is published in a transaction that is not one of the inbox's DataSource; publish it in"
              + " one of that DataSource, or mark the right one with @PosthornDataSource");
    }
  }
}
