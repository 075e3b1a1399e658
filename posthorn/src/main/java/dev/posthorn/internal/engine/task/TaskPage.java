package dev.posthorn.internal.engine.task;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.registry.Router;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The findings of one step of a task that delivers again.
 *
 * @param replays what is to be delivered
 * @param examined how many rows were looked at
 * @param next the id to go on after, or 0 if there is nothing more
 */
record TaskPage(List<Replays.Replay> replays, long examined, long next) {
  private static final int SIZE = 100;

  /**
   * Reads the next page of a task.
   *
   * @param reads the store, for a task or for the list of a user
   * @throws PosthornException with NOT_FOUND if the endpoint is gone
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be read
   */
  static TaskPage read(LaneContext context, Reads reads, TaskKind kind, TaskData data) {
    RegisteredEndpoint registered = context.endpoints().requireEndpoint(data.order().endpoint());
    EndpointRow endpoint = registered.row();
    PartitionReads store = reads.in(registered.partition);
    return switch (kind) {
      case RECOVER -> failed(store, data);
      case REPLAY_MISSING -> missing(store, endpoint, data, cancelled(context, registered, reads));
      case BULK_REPLAY -> all(store, endpoint, data, cancelled(context, registered, reads));
      case CANCEL, BROADCAST, PURGE ->
          throw new IllegalArgumentException(kind + " delivers nothing again");
    };
  }

  private static Predicate<LiveRow> cancelled(
      LaneContext context, RegisteredEndpoint endpoint, Reads reads) {
    return context.cancellations().in(endpoint.partition, reads);
  }

  private static long after(TaskData data) {
    return Math.max(data.position(), Ids.firstAt(data.order().since()) - 1);
  }

  private static long before(TaskData data) {
    return Ids.firstAt(data.order().until());
  }

  // ---- what failed ---------------------------------------------------------------------------

  private static TaskPage failed(PartitionReads store, TaskData data) {
    long endpoint = data.order().endpoint();
    Page<AttemptRow> page =
        store.attempts(
            new AttemptQuery(
                endpoint,
                0,
                new PageRequest(after(data), before(data), false, SIZE),
                AttemptFilter.byState(DeliveryState.FAILED)));
    Map<Long, AttemptRow> lasts =
        store.lastAttempts(page.rows().stream().map(AttemptRow::message).toList(), endpoint);
    List<Replays.Replay> replays = new ArrayList<>();
    for (AttemptRow attempt : page.rows()) {
      MessageRow message = store.messageWithoutBody(attempt.message());
      if (attempt.kind() != AttemptKind.TEST
          && isLast(lasts, attempt)
          && message != null
          && !message.expunged()) {
        replays.add(Replays.Replay.recovery(message, endpoint, attempt.delivery()));
      }
    }
    return new TaskPage(replays, page.rows().size(), page.next());
  }

  /** Returns whether nothing has happened to a delivery since an attempt. */
  private static boolean isLast(Map<Long, AttemptRow> lasts, AttemptRow attempt) {
    AttemptRow last = lasts.get(attempt.message());
    return last != null && last.id() == attempt.id();
  }

  // ---- what was never for it -----------------------------------------------------------------

  private static TaskPage missing(
      PartitionReads store, EndpointRow endpoint, TaskData data, Predicate<LiveRow> cancelled) {
    // A disabled endpoint wants what it would want if it were enabled; it gets it then.
    EndpointRow enabled = endpoint.with(EndpointState.ENABLED, endpoint.updated());
    return chosen(
        messages(store, endpoint, data, MessageFilter.NONE),
        endpoint,
        message ->
            Router.choose(enabled, message.type(), message.channels()) == Router.Choice.MATCHED
                && DeliveryStatus.of(store, message, endpoint.id(), cancelled) == null);
  }

  // ---- what was for it -----------------------------------------------------------------------

  private static TaskPage all(
      PartitionReads store, EndpointRow endpoint, TaskData data, Predicate<LiveRow> cancelled) {
    TaskOrder.Filter filter = data.order().filter();
    Page<MessageRow> page =
        messages(
            store,
            endpoint,
            data,
            new MessageFilter(
                Set.copyOf(filter.types()), filter.channel(), filter.tag(), null, endpoint.id()));
    Map<Long, AttemptRow> lasts =
        store.lastAttempts(page.rows().stream().map(MessageRow::id).toList(), endpoint.id());
    return chosen(
        page,
        endpoint,
        message ->
            hasState(
                    filter.state(),
                    () -> DeliveryStatus.of(store, message, endpoint.id(), cancelled))
                && isAsWanted(lasts.get(message.id()), filter));
  }

  private static boolean hasState(
      @Nullable DeliveryState wanted, Supplier<@Nullable DeliveryStatus> status) {
    if (wanted == null) {
      return true;
    }
    DeliveryStatus found = status.get();
    return found != null && found.state() == wanted;
  }

  private static boolean isAsWanted(@Nullable AttemptRow last, TaskOrder.Filter filter) {
    if (last != null && last.kind() == AttemptKind.TEST) {
      return false;
    }
    Integer wanted = filter.statusClass();
    return wanted == null || (last != null && last.status() / 100 == wanted);
  }

  private static Page<MessageRow> messages(
      PartitionReads store, EndpointRow endpoint, TaskData data, MessageFilter filter) {
    return store.messages(
        new MessageQuery(
            endpoint.application(),
            new PageRequest(after(data), before(data), false, SIZE),
            filter));
  }

  private static TaskPage chosen(
      Page<MessageRow> page, EndpointRow endpoint, Predicate<MessageRow> isWanted) {
    List<Replays.Replay> replays = new ArrayList<>();
    for (MessageRow message : page.rows()) {
      if (!message.expunged() && isWanted.test(message)) {
        replays.add(Replays.Replay.of(message, endpoint.id()));
      }
    }
    return new TaskPage(replays, page.rows().size(), page.next());
  }
}
