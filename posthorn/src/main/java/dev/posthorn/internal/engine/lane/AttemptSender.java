package dev.posthorn.internal.engine.lane;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Signs deliveries and passes them to the transport, for the lanes of one loop. */
public final class AttemptSender {
  /** The most signatures of one loop made on workers at once: workers have other work, too. */
  private static final int MAX_SIGNING = 2;

  private static final ExchangeResult NOT_ALLOWED =
      new ExchangeResult.Failure(
          new ErrorClass.OwnShortage(ErrorClass.Resource.LEASE),
          "this process does not hold the lease of the store now",
          Timings.NONE);

  private final ShardLoop loop;
  private final LaneContext context;
  private final FairQueue<Runnable> signings = new FairQueue<>();
  private int signing;

  AttemptSender(ShardLoop loop, LaneContext context) {
    this.loop = loop;
    this.context = context;
  }

  /**
   * Starts an exchange.
   *
   * @param delivery has its payload in memory, and keeps it until the end
   * @param tenure the tenure that the exchange needs, or null if it needs none
   * @param done called on the loop, never from within this call; twice if the transport fails after
   *     it had begun
   */
  public void send(
      Delivery delivery,
      LaneSettings settings,
      @Nullable Tenure tenure,
      Consumer<ExchangeResult> done) {
    try {
      if (settings.signer().isBlocking(payload(delivery).message.body().length)) {
        signings.add(settings.owner(), () -> sign(delivery, settings, tenure, done));
        signNext();
      } else {
        exchange(delivery, settings, tenure, headers(delivery, settings), done);
      }
    } catch (Throwable e) {
      notSent(e, done);
    }
  }

  /** Makes the next signatures on workers; applications and endpoints take turns. */
  private void signNext() {
    while (signing < MAX_SIGNING) {
      Runnable next = signings.poll();
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  private void sign(
      Delivery delivery,
      LaneSettings settings,
      @Nullable Tenure tenure,
      Consumer<ExchangeResult> done) {
    signing++;
    try {
      context.workers().execute(() -> signAndSend(delivery, settings, tenure, done));
    } catch (Throwable e) { // no thread for it: this is the end of this exchange, and of no other
      signing--;
      notSent(e, done);
    }
  }

  private void signed() {
    signing--;
    signNext();
  }

  /** Makes the headers on a worker; sends from the loop. */
  private void signAndSend(
      Delivery delivery,
      LaneSettings settings,
      @Nullable Tenure tenure,
      Consumer<ExchangeResult> done) {
    try {
      String[] headers = headers(delivery, settings);
      loop.execute(() -> sendOrFail(delivery, settings, tenure, headers, done));
    } catch (Throwable e) {
      notSent(e, done);
    } finally {
      loop.execute(this::signed);
    }
  }

  private void sendOrFail(
      Delivery delivery,
      LaneSettings settings,
      @Nullable Tenure tenure,
      String[] headers,
      Consumer<ExchangeResult> done) {
    try {
      exchange(delivery, settings, tenure, headers, done);
    } catch (Throwable e) {
      notSent(e, done);
    }
  }

  private String[] headers(Delivery delivery, LaneSettings settings) {
    Payload payload = payload(delivery);
    return settings
        .signer()
        .headers(
            payload.publicId,
            payload.message.type(),
            payload.message.contentType(),
            context.clock().millis(),
            payload.message.body());
  }

  private void exchange(
      Delivery delivery,
      LaneSettings settings,
      @Nullable Tenure tenure,
      String[] headers,
      Consumer<ExchangeResult> done) {
    // Either may have ended while the payload was read or signed.
    if ((tenure != null && !tenure.maySend()) || !loop.lease().maySend()) {
      loop.execute(() -> done.accept(NOT_ALLOWED));
      return;
    }
    byte[] body = payload(delivery).message.body();
    HttpRequest request =
        new HttpRequest(settings.owner(), settings.target(), headers, body, settings.limits());
    context.transport().exchange(loop.loop(), request, done);
  }

  /**
   * Fails the attempt, and only it, because a wire format or the transport failed. An error, such
   * as a lack of memory, counts as this process's own shortage.
   */
  private void notSent(Throwable why, Consumer<ExchangeResult> done) {
    if (why instanceof Error) {
      context.guard().report("making a request", why);
    }
    ErrorClass error =
        why instanceof Error
            ? new ErrorClass.OwnShortage(ErrorClass.Resource.MEMORY)
            : new ErrorClass.Protocol();
    ExchangeResult failure =
        new ExchangeResult.Failure(
            error, "the request could not be made: " + why.getMessage(), Timings.NONE);
    loop.execute(() -> done.accept(failure));
  }

  private static Payload payload(Delivery delivery) {
    Payload payload = delivery.payload;
    if (payload == null) {
      throw new IllegalStateException("no payload in memory for " + delivery.row);
    }
    return payload;
  }
}
