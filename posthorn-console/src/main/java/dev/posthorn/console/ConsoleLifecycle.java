package dev.posthorn.console;

import dev.posthorn.server.embed.EmbeddedConsole;
import org.springframework.context.SmartLifecycle;

/**
 * The console's part in the lifecycle of the context: its event streams end before the web server
 * waits for requests in progress, and it serves again if the context is started again.
 */
final class ConsoleLifecycle implements SmartLifecycle {
  private final EmbeddedConsole console;
  private volatile boolean running;

  ConsoleLifecycle(EmbeddedConsole console) {
    this.console = console;
  }

  @Override
  public void start() {
    console.reopen();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    console.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
