package dev.posthorn.server.embed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A program with Posthorn inside, and the console on the JDK's HTTP server. */
public final class ConsoleProgram implements AutoCloseable {
  private static final String PATH = "/admin/webhooks";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Posthorn posthorn;
  private final EmbeddedConsole console;
  private final HttpServer server;

  private ConsoleProgram(Path folder, Function<HttpExchange, @Nullable Visitor> visitors)
      throws IOException {
    posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db"))
                .allowNetworks("127.0.0.0/8")
                .build());
    console = new EmbeddedConsole(posthorn);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PATH, new ConsoleHttpHandler(console, visitors));
    server.start();
  }

  /** Starts one whose files are in a folder, and that knows its visitors by their requests. */
  public static ConsoleProgram start(
      Path folder, Function<HttpExchange, @Nullable Visitor> visitors) throws IOException {
    return new ConsoleProgram(folder, visitors);
  }

  public Posthorn posthorn() {
    return posthorn;
  }

  EmbeddedConsole console() {
    return console;
  }

  /** Returns the URL of the console. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  @Override
  public void close() {
    console.close();
    server.stop(0);
    threads.close();
    posthorn.close();
  }
}
