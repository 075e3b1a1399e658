package dev.posthorn.cidadao;

import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The newest 1,000 ended deliveries, read from the store. */
final class History {
  private static final int KEPT = 1_000;
  private static final int PAGE = 200;

  private final PartitionReads store;
  private final Registry registry;

  /** Creates the history of the registry's webhooks. */
  public History(PartitionReads store, Registry registry) {
    this.store = store;
    this.registry = registry;
  }

  /** Returns the deliveries that a filter matches, newest first. */
  public List<WebhookDelivery> list(HistoryFilter filter) {
    List<WebhookDelivery> found = new ArrayList<>();
    walk(
        (message, last) -> {
          WebhookDelivery delivery =
              WebhookDelivery.of(
                  registry.url(last.endpoint()), WebhookEvent.of(message.type()), last);
          if (filter.matches(delivery)) {
            found.add(delivery);
          }
          return found.size() < filter.limit();
        });
    return found;
  }

  /** Returns the ids of the webhooks that the history names. */
  public Set<Long> endpoints() {
    Set<Long> ids = new HashSet<>();
    walk(
        (message, last) -> {
          ids.add(last.endpoint());
          return true;
        });
    return ids;
  }

  /** Passes each kept delivery to a visitor, newest first, until the visitor returns false. */
  private void walk(BiPredicate<MessageRow, AttemptRow> visitor) {
    int kept = 0;
    long before = Long.MAX_VALUE;
    Page<MessageRow> page;
    do {
      page = store.messages(query(before));
      for (MessageRow message : page.rows()) {
        for (AttemptRow last : ended(message)) {
          if (!visitor.test(message, last) || ++kept == KEPT) {
            return;
          }
        }
      }
      before = page.next();
    } while (!page.done());
  }

  private MessageQuery query(long before) {
    return new MessageQuery(
        registry.webhooks(), PageRequest.before(before, PAGE), MessageFilter.NONE);
  }

  /** Returns the last attempt of each ended delivery of a message, in the order of the webhooks. */
  private List<AttemptRow> ended(MessageRow message) {
    if (message.targets().length == 0) {
      return List.of();
    }
    Map<Long, @Nullable AttemptRow> last = new LinkedHashMap<>();
    for (long target : message.targets()) {
      last.put(target, null);
    }
    for (AttemptRow attempt : store.attempts(message.id())) {
      last.put(attempt.endpoint(), attempt);
    }
    List<AttemptRow> ended = new ArrayList<>();
    for (@Nullable AttemptRow attempt : last.values()) {
      if (attempt != null && attempt.state() != DeliveryState.WAITING) {
        ended.add(attempt);
      }
    }
    return ended;
  }
}
