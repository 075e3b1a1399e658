package dev.posthorn.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Inbox;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class PosthornMetricsTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(posthorn\\.[a-z.]+)` \\| ([a-z, ]+) \\|([^|]*)\\|([^|]*)\\|$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @TempDir private Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void thePageAndTheRegistryAgree() throws IOException, SQLException {
    try (Posthorn posthorn = openWithInbox()) {
      new PosthornMetrics(posthorn).bindTo(registry);
      String page = Files.readString(PAGE);
      assertThat(registered()).isEqualTo(listed(page));
    }
  }

  private Posthorn openWithInbox() throws SQLException {
    SQLiteDataSource database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + folder.resolve("user.db"));
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        InputStream script = Inbox.class.getResourceAsStream("inbox/sqlite.sql")) {
      String text =
          new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
      statement.executeUpdate(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db")).inbox(database).build());
  }

  /** Returns the type, tags and tag values of each meter as documented. */
  private static Set<String> listed(String page) {
    return ROW.matcher(page)
        .results()
        .map(
            row -> {
              String type = row.group(2);
              String tags = codes(row.group(3));
              boolean named = !tags.isEmpty() && !tags.equals("[le]");
              return row.group(1) + " " + type + tags + (named ? codes(row.group(4)) : "");
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String codes(String text) {
    TreeSet<String> codes =
        CODE.matcher(text)
            .results()
            .map((MatchResult code) -> code.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    return codes.isEmpty() ? "" : codes.toString();
  }

  private Set<String> registered() {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .map(
            name -> {
              Meter one = registry.get(name).meter();
              String unit = one.getId().getBaseUnit();
              String type =
                  switch (one.getId().getType()) {
                    case COUNTER -> "counter";
                    case TIMER -> "timer";
                    case GAUGE -> unit == null ? "gauge" : "gauge, " + unit;
                    default -> throw new AssertionError(one.getId());
                  };
              return name + " " + type + tags(name);
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String tags(String name) {
    TreeSet<String> keys = new TreeSet<>();
    TreeSet<String> values = new TreeSet<>();
    for (Meter meter : registry.get(name).meters()) {
      for (Tag tag : meter.getId().getTags()) {
        keys.add(tag.getKey());
        values.add(tag.getValue());
      }
    }
    if (keys.isEmpty()) {
      return "";
    }
    return keys.contains("le") ? keys.toString() : keys.toString() + values;
  }

  @Test
  void messagesAreCounted() {
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      new PosthornMetrics(posthorn, Tags.of("database", "eu")).bindTo(registry);
      posthorn.send("a.b", "{}");
      assertThat(counter("posthorn.messages.accepted")).isEqualTo(1);
      assertThat(counter("posthorn.messages.unmatched")).isEqualTo(1);
      assertThat(registry.get("posthorn.journal.commit").functionTimer().count()).isPositive();
      assertThat(registry.get("posthorn.store.wal.size").gauge().value()).isPositive();
    }
  }

  private double counter(String name) {
    return registry.get(name).tag("database", "eu").functionCounter().count();
  }

  @Test
  void metersCanBeReadAfterTheEnd() {
    Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"));
    new PosthornMetrics(posthorn).bindTo(registry);
    posthorn.close();
    try {
      for (Meter meter : registry.getMeters()) {
        assertThat(meter.measure()).as(meter.getId().toString()).isNotEmpty();
      }
      assertThat(registry.get("posthorn.lanes").gauge().value()).isZero();
    } finally {
      // A registry keeps no Posthorn that the program has dropped: its gauges have no value then.
      Reference.reachabilityFence(posthorn);
    }
  }

  @Test
  void theLibraryWorksWithoutMicrometer() throws Exception {
    Process process = WithoutMicrometer.start(folder.resolve("webhooks.db"));
    try (var said = process.inputReader()) {
      assertThat(said.lines()).containsExactly("no Micrometer", "accepted");
    }
    assertThat(process.waitFor()).isZero();
  }
}
