package example;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.RetrySchedule;
import java.nio.file.Path;
import java.time.Duration;

/** A program on the class path that uses the library as a module. */
public final class ModuleUser {
  /** A payload. */
  public record Invoice(String id, int total) {}

  private ModuleUser() {}

  /** Sends a message to a receiver that does not exist; the argument is the database. */
  public static void main(String[] args) {
    PosthornOptions options =
        PosthornOptions.builder(Path.of(args[0]))
            .allowNetworks("127.0.0.0/8")
            .retrySchedule(RetrySchedule.of())
            .build();
    try (Posthorn posthorn = Posthorn.open(options)) {
      posthorn.endpoints().add(NewEndpoint.of("http://127.0.0.1:1/"));
      Receipt receipt = posthorn.send("invoice.paid", new Invoice("inv_1", 3));
      var state =
          posthorn.messages().await(receipt.id(), Duration.ofSeconds(30)).getFirst().state();
      System.out.println(state + " in " + Posthorn.class.getModule().getName());
    }
  }
}
