package dev.posthorn.spring.modulith.program;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.annotation.Transactional;

/** A bean that publishes events. */
public class Shop {
  private final ApplicationEventPublisher publisher;

  /** Creates the publisher of events. */
  public Shop(ApplicationEventPublisher publisher) {
    this.publisher = publisher;
  }

  /** Publishes events in a transaction that commits. */
  @Transactional
  public void commit(Object... events) {
    publishNow(events);
  }

  /** Publishes events in a transaction that rolls back. */
  @Transactional
  public void rollBack(Object... events) {
    publishNow(events);
    throw new IllegalStateException("rolled back");
  }

  /** Publishes events without a transaction. */
  public void publishNow(Object... events) {
    for (Object event : events) {
      publisher.publishEvent(event);
    }
  }
}
