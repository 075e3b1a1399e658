package dev.posthorn.server.cli.demo;

import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import dev.posthorn.server.config.TempFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * The process that the demo kills. It sends endlessly and prints the id of each accepted message.
 */
@Command(name = "demo-sender", hidden = true)
public final class DemoSender implements Runnable {
  private static final int MOST = 100_000;

  @Parameters private Path file;

  /** Returns the options of the demo's database. */
  static PosthornOptions options(Path file) {
    PosthornOptions.Builder options =
        PosthornOptions.builder(file)
            .allowNetworks("127.0.0.0/8")
            .jitter(0)
            .retrySchedule(RetrySchedule.of(Duration.ofMillis(500), Duration.ofMillis(1_000)));
    Path unpackedIn = TempFolder.named();
    if (unpackedIn != null) {
      options.tempFolder(unpackedIn);
    }
    return options.build();
  }

  @Override
  public void run() {
    try (Posthorn posthorn = Posthorn.open(options(file))) {
      for (int i = 0; i < MOST; i++) {
        String id = posthorn.send(NewMessage.of("kill.test", Map.of("number", i))).id();
        System.out.println(id);
      }
    }
  }
}
