package dev.posthorn.server.nodes;

import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** This process alone: nobody else can open its file. */
public final class OneNode implements Nodes {
  private static final long ID = 1;

  private final Instant started = Instant.now();

  @Override
  public boolean areShared() {
    return false;
  }

  @Override
  public PostgresqlNodes read() {
    SortedSet<Integer> all = new TreeSet<>(List.of(0));
    PostgresqlNode self =
        new PostgresqlNode(
            ID,
            "process " + ProcessHandle.current().pid(),
            Objects.requireNonNullElse(
                OneNode.class.getPackage().getImplementationVersion(), "unknown"),
            started,
            Duration.ZERO,
            PostgresqlNode.State.ACTIVE,
            all,
            0,
            Duration.ZERO);
    return new PostgresqlNodes(Instant.now(), List.of(self), new TreeSet<>());
  }

  @Override
  public boolean drain(long id, boolean draining) {
    return id == ID;
  }
}
