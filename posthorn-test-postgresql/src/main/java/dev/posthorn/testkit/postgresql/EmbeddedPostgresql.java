package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of its own: a free port of 127.0.0.1, a folder for temporary files, and the
 * superuser {@code postgres}, who needs no password. It ends with this process, however that ends.
 *
 * <p>Roles in the group {@code needs_password} must give their password.
 */
public final class EmbeddedPostgresql implements AutoCloseable {
  private static final long COMMAND_SECONDS = 60;
  private static final int PORTS_TRIED = 100;
  private static final String SETTINGS = "postgresql.auto.conf";

  private final PostgresqlBinaries binaries;
  private final ServerUser user;
  private final Path folder;
  private final int port;
  private final Process guard;
  private final AtomicInteger databases = new AtomicInteger();
  private final TestDatabase maintenance = new TestDatabase(this, "postgres");

  /** Makes the data directory of a server. */
  private interface Preparation {
    void prepare(EmbeddedPostgresql server) throws IOException;
  }

  private EmbeddedPostgresql(Preparation preparation) throws IOException {
    binaries = PostgresqlBinaries.find();
    user = ServerUser.find();
    folder = Files.createTempDirectory("posthorn-database-");
    user.own(folder);
    port = freePort();
    try {
      preparation.prepare(this);
      startServer();
    } catch (IOException e) {
      PostgresqlBinaries.delete(folder);
      throw e;
    }
    guard = guard();
  }

  /** Starts a server that does not sync its files, for tests in which the machine does not fail. */
  public static EmbeddedPostgresql start() throws IOException {
    return builder().start();
  }

  /** Returns a builder of a server that does not sync its files. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the port. */
  public int port() {
    return port;
  }

  /** Returns the JDBC URL of a database, for a user. */
  public String url(String database, String userName) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + userName;
  }

  /** Creates an empty database with the encoding UTF8. */
  public TestDatabase createDatabase() {
    String name = "test_" + databases.incrementAndGet();
    execute("CREATE DATABASE " + name);
    return new TestDatabase(this, name);
  }

  /**
   * Creates an empty database with the encoding UTF8, all of whose tables are on a disk.
   *
   * @param disk a folder on that disk
   */
  public TestDatabase createDatabase(Path disk) throws IOException {
    Path files = Files.createTempDirectory(disk, "tablespace-");
    user.own(files);
    String name = "test_" + databases.incrementAndGet();
    execute("CREATE TABLESPACE on_" + name + " LOCATION '" + files + "'");
    execute("CREATE DATABASE " + name + " TABLESPACE on_" + name);
    return new TestDatabase(this, name);
  }

  /** Runs a statement as the superuser, in the database {@code postgres}. */
  public void execute(String sql) {
    maintenance.execute(sql);
  }

  /** Opens a connection of the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database, "postgres"));
  }

  /** Stops the server as an administrator would: transactions are rolled back. */
  public void stop() throws IOException {
    control("stop", "-m", "fast", "-w");
  }

  /** Stops the server as a crash would: it writes nothing more, and recovers at its next start. */
  public void crash() throws IOException {
    control("stop", "-m", "immediate", "-w");
  }

  /** Returns whether the server runs, or is starting. */
  public boolean isRunning() {
    try {
      control("status");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts the server again after it was stopped, on the same port. */
  public void startServer() throws IOException {
    control("start", "-w", "-t", String.valueOf(COMMAND_SECONDS), "-l", log().toString());
  }

  /** Restarts the server as a standby of nobody: it can be read, and not written to. */
  public void turnIntoStandby() throws IOException {
    stop();
    write("standby.signal", new byte[0]);
    startServer();
  }

  /**
   * Starts a standby, which receives what this server writes. Restarts this server meanwhile.
   *
   * @param name its name in {@code synchronous_standby_names}
   * @param through the port at which it connects to this server, such as that of a proxy
   */
  public EmbeddedPostgresql startStandby(String name, int through) throws IOException {
    return new EmbeddedPostgresql(standby -> standby.copyOf(this, name, through));
  }

  private void copyOf(EmbeddedPostgresql primary, String name, int through) throws IOException {
    primary.stop();
    run("cp", "-Rp", primary.data().toString(), folder + "/");
    primary.startServer();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("port", String.valueOf(port));
    settings.put(
        "primary_conninfo",
        "host=127.0.0.1 port=" + through + " user=postgres application_name=" + name);
    settings.put("wal_retrieve_retry_interval", "100ms");
    StringBuilder more = new StringBuilder(Files.readString(settingsFile()));
    settings.forEach((key, value) -> append(more, key, value));
    write(SETTINGS, more.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write("standby.signal", new byte[0]);
  }

  /** Turns a standby into a primary, with all that it has received. */
  public void promote() throws IOException {
    control("promote", "-w");
  }

  /** Returns the file that has the server's log. */
  public Path log() {
    return folder.resolve("server.log");
  }

  /** Stops the server and removes its files. */
  @Override
  public void close() {
    try {
      try {
        crash();
      } catch (IOException e) {
        // It was stopped before.
      }
      guard.destroy(); // not before: a server that does not stop in time ends with this process
      PostgresqlBinaries.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + folder, e);
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path settingsFile() {
    return data().resolve(SETTINGS);
  }

  private void initialize(Builder builder) throws IOException {
    Path template = binaries.template();
    if (builder.logFolder != null) {
      createData(data(), "--waldir=" + builder.logFolder, "--wal-segsize=1");
    } else if (template == null) {
      createData(data());
    } else {
      run("cp", "-Rp", DataTemplate.in(template, user, this::createData).toString(), folder + "/");
    }
    for (Map.Entry<String, byte[]> file : builder.files.entrySet()) {
      write(file.getKey(), file.getValue());
    }
    write(
        "pg_hba.conf",
        """
        host all +needs_password 127.0.0.1/32 scram-sha-256
        host all all 127.0.0.1/32 trust
        host replication all 127.0.0.1/32 trust
        """
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    StringBuilder settings = new StringBuilder();
    builder.settings(port).forEach((name, value) -> append(settings, name, value));
    write(SETTINGS, settings.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void createData(Path data, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(binaries.program("initdb")));
    command.addAll(List.of("-D", data.toString(), "-U", "postgres", "--auth=trust"));
    command.addAll(List.of("--no-sync", "--encoding=UTF8", "--locale=C"));
    command.addAll(List.of(more));
    run(command.toArray(String[]::new));
  }

  private static void append(StringBuilder settings, String name, String value) {
    settings.append(name).append(" = '").append(value.replace("'", "''")).append("'\n");
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = data().resolve(name);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    user.own(file);
  }

  private void createGroup() throws IOException {
    try {
      execute("CREATE ROLE needs_password NOLOGIN");
    } catch (IllegalStateException e) {
      throw new IOException(e);
    }
  }

  /**
   * Starts a process that stops the server when this process ends, even if it is killed: its input
   * ends then.
   */
  private Process guard() throws IOException {
    String script = "cat >/dev/null; exec \"$0\" stop -m immediate -D \"$1\"";
    return new ProcessBuilder(
            user.command(
                List.of("sh", "-c", script, binaries.program("pg_ctl"), data().toString())))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void control(String action, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(binaries.program("pg_ctl"), action));
    command.addAll(List.of("-D", data().toString()));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private void run(String... command) throws IOException {
    Path output = Files.createTempFile("posthorn-postgresql", ".out");
    try {
      Process process =
          new ProcessBuilder(user.command(List.of(command)))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(2 * COMMAND_SECONDS, TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " failed: " + said(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private String said(Path output) throws IOException {
    String said = Files.readString(output);
    return Files.exists(log()) ? said + "\n" + Files.readString(log()) : said;
  }

  /**
   * Returns a free port below those that systems give to outgoing connections: one of them could
   * take it before the server starts, or while it is down.
   */
  private static int freePort() throws IOException {
    for (int tries = 1; ; tries++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        if (tries == PORTS_TRIED) {
          throw e;
        }
      }
    }
  }

  /** A builder of {@link EmbeddedPostgresql}. */
  public static final class Builder {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private boolean sync;
    private @Nullable Path logFolder;

    private Builder() {}

    /** Makes the server sync its files, for measurements and for tests in which machines fail. */
    public Builder sync(boolean durable) {
      this.sync = durable;
      return this;
    }

    /**
     * Puts the write-ahead log into a folder, which is created, in segments of 1 MB. Others must be
     * able to create it.
     */
    public Builder log(Path folder) {
      this.logFolder = folder;
      return this;
    }

    /** Sets a setting of {@code postgresql.conf}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** Puts a file into the data directory, before the server starts. */
    public Builder file(String name, byte[] content) {
      files.put(name, content.clone());
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if there are no binaries for this system, or it does not start
     */
    public EmbeddedPostgresql start() throws IOException {
      EmbeddedPostgresql server = new EmbeddedPostgresql(made -> made.initialize(this));
      try {
        server.createGroup();
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return server;
    }

    private Map<String, String> settings(int port) {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("listen_addresses", "127.0.0.1");
      all.put("port", String.valueOf(port));
      all.put("unix_socket_directories", "");
      all.put("max_connections", "200");
      all.put("fsync", sync ? "on" : "off");
      all.put("full_page_writes", sync ? "on" : "off");
      if (!sync) {
        all.put("shared_buffers", "16MB"); // enough for tests; each session maps all of it
      }
      all.put("log_line_prefix", "%m [%p] %u@%d %e ");
      all.putAll(settings);
      return all;
    }
  }
}
