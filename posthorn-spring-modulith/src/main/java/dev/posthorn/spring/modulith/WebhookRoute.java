package dev.posthorn.spring.modulith;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The route of one event.
 *
 * @param type the event type of the message
 * @param application the uid of the application, or null for the default application
 */
record WebhookRoute(String type, @Nullable String application) {

  /** Returns the message: the mapped event if it is one, else one with it as the payload. */
  NewMessage message(Object event, Object mapped) {
    return mapped instanceof NewMessage ready
        ? ready
        : checked(event, () -> NewMessage.of(type, mapped));
  }

  /** Returns the application, which is created if there is none. */
  Application destination(Object event, Posthorn posthorn) {
    return application == null ? posthorn : checked(event, () -> posthorn.application(application));
  }

  /** Adds the event and its route to the message about an invalid part of it. */
  private <T> T checked(Object event, Supplier<T> use) {
    try {
      return use.get();
    } catch (PosthornException e) {
      if (e.reason() != Reason.INVALID) {
        throw e;
      }
      throw new PosthornException(
          Reason.INVALID,
          event.getClass().getName() + ": is routed to " + this + ": " + e.getMessage(),
          e);
    }
  }

  /** Returns the route as in an annotation: {@code invoice.paid::customer-17}. */
  @Override
  public String toString() {
    return application == null ? type : type + "::" + application;
  }
}
