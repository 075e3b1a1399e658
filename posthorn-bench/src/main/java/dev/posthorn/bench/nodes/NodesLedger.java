package dev.posthorn.bench.nodes;

import dev.posthorn.bench.kill.Arrivals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Record of accepted and arrived messages, one delivery each. Thread-safe. */
final class NodesLedger implements Arrivals {
  private final Map<String, Message> messages = new HashMap<>();

  /** The accepted messages of each application, in the order of their answers. */
  private final List<List<Message>> accepted = new ArrayList<>();

  private long count;
  private long repeats;

  private static final class Message {
    private long sent;
    private long arrived;
  }

  NodesLedger(int applications) {
    for (int i = 0; i < applications; i++) {
      accepted.add(new ArrayList<>());
    }
  }

  /** Notes the answer that a message was accepted, which was sent at a monotonic time. */
  synchronized void accepted(String id, int application, long sent) {
    Message message = messages.computeIfAbsent(id, unknown -> new Message());
    message.sent = sent;
    accepted.get(application).add(message);
    count++;
  }

  @Override
  public synchronized void arrived(String id, int application) {
    Message message = messages.computeIfAbsent(id, unknown -> new Message());
    if (message.arrived == 0) {
      message.arrived = System.nanoTime();
    } else {
      repeats++;
    }
  }

  /** Returns how many messages were accepted. */
  synchronized long count() {
    return count;
  }

  /** Returns how many arrivals were not the first of their message. */
  synchronized long repeats() {
    return repeats;
  }

  /** Returns how many accepted messages have not arrived. */
  synchronized long missing() {
    return accepted.stream().flatMap(List::stream).filter(message -> message.arrived == 0).count();
  }

  /**
   * Returns the time at which all of some applications had received a message that was sent after a
   * time, or 0 if one has not so far.
   */
  synchronized long resumed(Set<Integer> applications, long from) {
    long latest = from;
    for (int application : applications) {
      long first = first(accepted.get(application), from);
      if (first == 0) {
        return 0;
      }
      latest = Math.max(latest, first);
    }
    return latest;
  }

  private static long first(List<Message> all, long from) {
    long first = 0;
    for (int i = all.size() - 1; i >= 0 && isRecent(all.get(i), from); i--) {
      Message message = all.get(i);
      if (message.sent > from && message.arrived != 0) {
        first = first == 0 ? message.arrived : Math.min(first, message.arrived);
      }
    }
    return first;
  }

  /** Returns whether a message was sent after a time, or its answer may have come after that. */
  private static boolean isRecent(Message message, long from) {
    return message.sent > from - 5_000_000_000L;
  }

  /**
   * Returns the longest time from sending to arrival of messages of some applications that were
   * sent within a time; or -1 if one has not arrived so far.
   */
  synchronized long longest(Set<Integer> applications, long from, long to) {
    long longest = 0;
    for (int application : applications) {
      for (Message message : accepted.get(application)) {
        if (message.sent > from && message.sent < to) {
          if (message.arrived == 0) {
            return -1;
          }
          longest = Math.max(longest, message.arrived - message.sent);
        }
      }
    }
    return longest;
  }
}
