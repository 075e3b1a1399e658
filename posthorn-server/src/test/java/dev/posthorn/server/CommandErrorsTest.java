package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.SqliteOptions;
import dev.posthorn.signature.Keys;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of commands name the field, the problem and the remedy. */
class CommandErrorsTest {
  private static final String KEY = "0".repeat(64);

  @TempDir private Path folder;
  private final StringWriter text = new StringWriter();
  private Path db;

  @BeforeEach
  void name() {
    db = folder.resolve("posthorn.db");
  }

  private int run(String... arguments) {
    text.getBuffer().setLength(0);
    return Commands.run(text, arguments);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ---- a database of a server ----------------------------------------------------------------

  @Test
  void nothingIsSentIntoAServersDatabaseOrItsBackup() throws IOException {
    Path backup = folder.resolve("backup.db");
    assertThat(run("keys", "create", "--db", db.toString())).isZero();
    assertThat(run("backup", "--db", db.toString(), "--to", backup.toString())).isZero();
    List<String> before = names();
    for (Path file : List.of(db, backup)) {
      byte[] bytes = Files.readAllBytes(file);
      assertThat(run("send", "-d", file.toString(), "--to", "https://example.com/", "a.b"))
          .isEqualTo(2);
      assertThat(text.toString())
          .contains(file + " is the database of a Posthorn server")
          .contains("--url URL --token TOKEN --app APP");
      assertThat(file).hasBinaryContent(bytes);
    }
    assertThat(names()).isEqualTo(before);
  }

  @Test
  void aDatabaseThatIsOpenElsewhereIsToldByEveryCommand() {
    try (Store store = SqliteStore.open(db, SqliteOptions.defaults())) {
      assertThat(store.environments(Long.MIN_VALUE, 1)).isEmpty();
      String file = db.toString();
      String[] serve = {"serve", "--db", file, "--secret-key", KEY};
      String[] free = {"--listen", "127.0.0.1:0", "--admin-listen", "none"};
      assertThat(run(Stream.of(serve, free).flatMap(Stream::of).toArray(String[]::new)))
          .isEqualTo(1);
      assertThat(text.toString()).contains("is already open, here or in another process");
      assertThat(run("send", "-d", file, "--to", "https://example.com/", "a.b")).isEqualTo(1);
      assertThat(text.toString()).contains("is already open, here or in another process");
      assertThat(run("keys", "list", "--db", file)).isEqualTo(1);
      assertThat(text.toString())
          .contains("is open in a running server; use that server instead: --url");
    }
  }

  // ---- what listens --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"--listen", "--admin-listen"})
  void anAddressInUseIsToldWithItsSetting(String flag) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      String other = flag.equals("--listen") ? "--admin-listen" : "--listen";
      String[] serve = {"serve", "--db", db.toString(), "--secret-key", KEY};
      String[] listen = {flag, address, other, "127.0.0.1:0"};
      assertThat(run(Stream.of(serve, listen).flatMap(Stream::of).toArray(String[]::new)))
          .isEqualTo(1);
      assertThat(text.toString())
          .contains("posthorn: " + flag + ": cannot listen on " + address)
          .contains("already in use")
          .contains("choose another HOST:PORT")
          .contains("POSTHORN_");
    }
  }

  @Test
  void aPortInUseIsToldWithItsFlag() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(run("listen", "--port", port)).isEqualTo(1);
      assertThat(text.toString()).contains("--port: ", port, "already in use", "another port");
    }
  }

  @Test
  void whatTheLibraryRefusesIsToldWithTheFlag() {
    String to = "https://example.com/";
    assertThat(run("send", "--to", to, "--allow", "10.0.0.0/99", "a.b")).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: --allow: ").doesNotContain("allowNetworks");
    assertThat(run("send", "--to", "ftp://example.com/", "a.b")).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: --to: ");
    assertThat(run("send", "--to", to, "a b")).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: TYPE: ");
    assertThat(run("send", "--to", to, "a.b", "{")).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: PAYLOAD: ");
    assertThat(run("send", "-d", folder.resolve("none/a.db").toString(), "a.b")).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: --database: ", "create it first");
  }

  // ---- files and times -----------------------------------------------------------------------

  @Test
  void aFileThatIsNotThereIsToldInWords() {
    String none = folder.resolve("none").toString();
    String why = "no such file";
    assertThat(run("send", "--to", "https://example.com/", "a.b", "@" + none)).isEqualTo(1);
    assertThat(text.toString()).contains("cannot read @" + none, why);
    assertThat(run("serve", "--config", none)).isEqualTo(2);
    assertThat(text.toString()).contains("--config: cannot read " + none, why);
    assertThat(run("config", "--secret-key", "@" + none)).isEqualTo(2);
    assertThat(text.toString()).contains("--secret-key: cannot read " + none, why);
    assertThat(run("restore", "--from", none, "--db", db.toString())).isEqualTo(1);
    assertThat(text.toString()).contains("--from: " + none, why);
  }

  @Test
  void aTimeThatIsNoneIsToldWithWhatWouldBeRight() {
    String to = "https://example.com/";
    String right = "500ms, 30s, 5m, 2h, 7d or PT30S";
    assertThat(run("send", "--to", to, "--wait", "soon", "a.b")).isEqualTo(2);
    assertThat(text.toString()).contains("--wait", "\"soon\"", right);
    assertThat(run("send", "--to", to, "--retry", "1s,later", "a.b")).isEqualTo(2);
    assertThat(text.toString()).contains("--retry", "\"later\"", right);
    assertThat(run("listen", "--delay=-1s")).isEqualTo(2);
    assertThat(text.toString()).contains("--delay", right);
    assertThat(
            run(
                "verify",
                "--secret",
                Keys.generateSecret(),
                "-H",
                "webhook-id: msg_1",
                "--tolerance",
                "5",
                "{}"))
        .isEqualTo(2);
    assertThat(text.toString()).contains("--tolerance", right);
    assertThat(run("keys", "rotate", "--db", db.toString(), "--grace", "a day", "key_1"))
        .isEqualTo(2);
    assertThat(text.toString()).contains("--grace", right);
  }
}
