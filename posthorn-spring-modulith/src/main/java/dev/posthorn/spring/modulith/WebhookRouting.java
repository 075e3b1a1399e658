package dev.posthorn.spring.modulith;

import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.modulith.events.support.BrokerRouting;

/**
 * The meaning of Spring Modulith's routing targets for webhooks: {@code type::application}, each a
 * text or an expression.
 */
final class WebhookRouting {
  private static final String RULE =
      "; write @Externalized(\"invoice.paid::#{#this.customer}\"): the event type, and after :: the"
          + " uid of the application; without ::, it is the default application";

  private final StandardEvaluationContext expressions = new StandardEvaluationContext();

  /** Creates the routing of a program, whose beans expressions may call. */
  WebhookRouting(BeanFactory beans) {
    expressions.setBeanResolver(new BeanFactoryResolver(beans));
  }

  /**
   * Returns the route of an event. As with brokers, expressions see the mapped event; but the
   * original one if it is mapped to a message.
   */
  WebhookRoute resolve(RoutingTarget target, Object event, Object mapped) {
    Object root = mapped instanceof NewMessage ? event : mapped;
    try {
      BrokerRouting routing = BrokerRouting.of(target, expressions);
      String type = evaluated(routing.getTarget(root));
      // Without a key, a target with an expression would be its own key.
      return target.getKey() == null
          ? new WebhookRoute(type, null)
          : new WebhookRoute(type, application(routing.getKey(root)));
    } catch (ExpressionException | IllegalStateException e) {
      throw new PosthornException(Reason.INVALID, problem(target, event, e.getMessage()), e);
    }
  }

  private static String application(@Nullable String key) {
    if (key == null || key.isBlank()) {
      throw new IllegalStateException("the application is missing");
    }
    return evaluated(key);
  }

  private static String evaluated(String text) {
    if (text.contains("#{")) {
      throw new IllegalStateException(
          "an expression must be all of a part, as in #{'customer-' + #this.number}");
    }
    return text;
  }

  private static String problem(RoutingTarget target, Object event, @Nullable String reason) {
    return event.getClass().getName() + ": cannot be routed to " + target + ": " + reason + RULE;
  }
}
