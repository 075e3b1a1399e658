package dev.posthorn;

import java.time.Duration;
import java.util.Base64;

/**
 * A process with the library inside, which sends messages to one application after the other and
 * prints their ids, until it is killed.
 */
final class SendingProcess {
  static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  /** Ends each line, since the last one may be cut off. */
  static final String END = ".";

  static final int APPLICATIONS = 20;

  private SendingProcess() {}

  public static void main(String[] arguments) {
    try (Posthorn posthorn = open(arguments[0])) {
      for (int i = 0; ; i++) {
        System.out.println(send(posthorn, i) + END);
      }
    }
  }

  static Posthorn open(String url) {
    return Posthorn.open(
        PosthornOptions.builder(
                PostgresqlOptions.builder(url)
                    .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                    .readers(2)
                    .listReaders(1)
                    .build())
            .secretKey(KEY)
            .allowNetworks("127.0.0.0/8")
            .retrySchedule(RetrySchedule.of(Duration.ofMillis(50), Duration.ofMillis(50)))
            .build());
  }

  /** Sends a message to one of the applications; returns its id. */
  static String send(Posthorn posthorn, int number) {
    return posthorn
        .application("customer-" + number % APPLICATIONS)
        .send("invoice.paid", "{}")
        .id();
  }
}
