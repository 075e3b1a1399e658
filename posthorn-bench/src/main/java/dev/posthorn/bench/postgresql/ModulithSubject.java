package dev.posthorn.bench.postgresql;

import dev.posthorn.bench.delivery.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring Modulith's event publication registry as an outbox, as Spring Boot configures it: a
 * message is an event that is published in a transaction, and a listener delivers it after the
 * commit.
 *
 * <p>The listener has no transaction of its own, so no connection waits for the receiver.
 * Publications are deleted when they are complete, the cheapest of the modes. There are as many
 * threads as the floor has senders.
 */
final class ModulithSubject implements Subject {
  private static final int THREADS = 64;

  private final ConfigurableApplicationContext context;
  private final ApplicationEventPublisher publisher;
  private final TransactionTemplate transactions;
  private final PeerCallers callers;

  /** The event: a message for an endpoint. */
  record Outgoing(String id, int endpoint, String body) {}

  /**
   * Starts it on a database without tables.
   *
   * @param port where the receiver listens on the loopback address
   */
  ModulithSubject(String url, int port) {
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .registerShutdownHook(false)
            .properties(
                Map.of(
                    "receiver.port",
                    port,
                    "spring.datasource.url",
                    url,
                    "spring.datasource.hikari.maximum-pool-size",
                    THREADS,
                    "spring.modulith.events.jdbc.schema-initialization.enabled",
                    true,
                    "spring.modulith.events.completion-mode",
                    "delete",
                    "logging.level.root",
                    "warn"))
            .run();
    publisher = context;
    transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    callers = context.getBean(PeerCallers.class);
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    String text = new String(body, StandardCharsets.US_ASCII);
    callers.call(
        id ->
            transactions.executeWithoutResult(
                status -> publisher.publishEvent(new Outgoing(id, endpoint, text))),
        done);
  }

  @Override
  public String commits() {
    return "completion mode delete, listener without a transaction, " + THREADS + " threads";
  }

  @Override
  public void close() {
    callers.close();
    SpringApplication.exit(context);
  }

  /** A program with one listener. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableAsync
  static class Application {
    @Bean(destroyMethod = "close")
    PeerSender sender(Environment environment) {
      return new PeerSender(environment.getRequiredProperty("receiver.port", Integer.class));
    }

    @Bean(destroyMethod = "close")
    PeerCallers callers() {
      return new PeerCallers();
    }

    @Bean(destroyMethod = "close")
    Deliveries deliveries(PeerCallers callers) {
      return new Deliveries(callers);
    }

    @Bean
    Listener listener(PeerSender sender, Deliveries deliveries) {
      return new Listener(sender, deliveries);
    }
  }

  /** Executor of the listener, which knows when a publication is complete. */
  static class Deliveries implements Executor, AutoCloseable {
    private final ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("listener-", 0).factory());
    private final Map<Thread, String> delivered = new ConcurrentHashMap<>();
    private final PeerCallers callers;

    Deliveries(PeerCallers callers) {
      this.callers = callers;
    }

    /** Notes that the listener of this thread has delivered a message. */
    void delivered(String id) {
      delivered.put(Thread.currentThread(), id);
    }

    /** Runs the listener with all that is around it: the publication is completed in the end. */
    @Override
    public void execute(Runnable listener) {
      threads.execute(
          () -> {
            listener.run();
            String id = delivered.remove(Thread.currentThread());
            if (id != null) {
              callers.done(id);
            }
          });
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }

  /** Listener that delivers. */
  static class Listener {
    private final PeerSender sender;
    private final Deliveries deliveries;

    Listener(PeerSender sender, Deliveries deliveries) {
      this.sender = sender;
      this.deliveries = deliveries;
    }

    /** Delivers a message. */
    @Async("deliveries")
    @TransactionalEventListener
    public void on(Outgoing message) throws IOException, InterruptedException {
      sender.post(
          message.id(), message.endpoint(), message.body().getBytes(StandardCharsets.US_ASCII));
      deliveries.delivered(message.id());
    }
  }
}
