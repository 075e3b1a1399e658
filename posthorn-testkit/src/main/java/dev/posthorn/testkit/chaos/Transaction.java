package dev.posthorn.testkit.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The transaction of one connection, as its messages tell: which statements it ran, and which
 * message commits it. Thread-safe: one thread has the client's messages, another the server's.
 */
final class Transaction {
  private static final char PARSE = 'P';
  private static final char BIND = 'B';
  private static final char EXECUTE = 'E';
  private static final char SIMPLE_QUERY = 'Q';
  private static final char SYNC = 'S';
  private static final char COMMAND_COMPLETE = 'C';
  private static final char READY = 'Z';
  private static final char IDLE = 'I';

  private final Map<String, String> statements = new HashMap<>();
  private final Map<String, String> portals = new HashMap<>();
  private final List<String> executed = new ArrayList<>();
  private String committed = "";
  private boolean explicit;
  private boolean committing;

  /**
   * Notes a message of the client.
   *
   * @return whether the server commits when it gets this message
   */
  synchronized boolean sent(Frame frame) {
    boolean commits =
        switch (frame.type()) {
          case PARSE -> {
            statements.put(frame.string(0), frame.string(1));
            yield false;
          }
          case BIND -> {
            portals.put(frame.string(0), statements.getOrDefault(frame.string(1), ""));
            yield false;
          }
          case EXECUTE -> execute(portals.getOrDefault(frame.string(0), ""));
          case SIMPLE_QUERY -> execute(frame.string(0)) || commitsAlone();
          case SYNC -> !committing && commitsAlone();
          default -> false;
        };
    if (commits) {
      committing = true;
      committed = String.join(";\n", executed);
    }
    return commits;
  }

  /** Notes a statement; returns whether it is the end of a transaction that wrote. */
  private boolean execute(String sql) {
    String command = sql.strip().toUpperCase(Locale.ROOT);
    explicit |= command.startsWith("BEGIN") || command.startsWith("START TRANSACTION");
    boolean commit = command.startsWith("COMMIT") || command.equals("END");
    if (!commit) {
      executed.add(sql);
    }
    return commit && wrote();
  }

  /** Outside of a transaction block, what runs until the next pause is a transaction. */
  private boolean commitsAlone() {
    return !explicit && wrote();
  }

  private boolean wrote() {
    return executed.stream()
        .map(sql -> sql.toUpperCase(Locale.ROOT))
        .anyMatch(
            sql -> sql.contains("INSERT ") || sql.contains("UPDATE ") || sql.contains("DELETE "));
  }

  /**
   * Notes a message of the server.
   *
   * @return whether this is the answer to a commit
   */
  synchronized boolean received(Frame frame) {
    boolean answer =
        committing
            && (frame.type() == READY
                || (frame.type() == COMMAND_COMPLETE && frame.string(0).equals("COMMIT")));
    if (answer) {
      committing = false;
    }
    if (frame.type() == READY && frame.first() == IDLE) {
      executed.clear();
      explicit = false;
      committing = false;
    }
    return answer;
  }

  /** Returns the statements of the last transaction that was committed. */
  synchronized String committed() {
    return committed;
  }
}
