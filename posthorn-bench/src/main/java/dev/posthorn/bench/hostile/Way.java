package dev.posthorn.bench.hostile;

import dev.posthorn.bench.hostile.ThreadTimes.Times;

/**
 * The way of one message to the healthy endpoint, in monotonic times. Each part is written by one
 * thread after the other.
 */
final class Way {
  /** The time at which it was handed in. */
  final long sent;

  private final Times writerAtSent;
  private Times writerAtBegin = Times.NONE;
  private Times writerAtEnd = Times.NONE;
  private Times loopAtEnd = Times.NONE;
  private Times loopAtRequest = Times.NONE;
  private long commits;
  private long upkeep;
  private long begin;
  private long end;
  private long told;
  private long requested;
  private long received;

  /** The stages, in order. */
  enum Stage {
    OTHER_COMMITS("waits while others are committed"),
    UPKEEP("waits for upkeep of the store"),
    WRITER("waits for the writer otherwise"),
    COMMIT("its own commit"),
    TELLING("waits until its batch has told all"),
    LOOP("waits for its event loop"),
    NETWORK("request, until the receiver has read it");

    final String title;

    Stage(String title) {
      this.title = title;
    }
  }

  /** The parts of the way that one thread is responsible for. */
  enum Leg {
    BEFORE("until its commit begins: the writer"),
    COMMIT("its own commit: the writer"),
    LOOP("until its request begins: the event loop");

    final String title;

    Leg(String title) {
      this.title = title;
    }
  }

  Way(long sent, Times writer) {
    this.sent = sent;
    this.writerAtSent = writer;
  }

  /** Its commit has begun and ended; the writer has spent some of the time before with others. */
  void committed(Span commit, long otherCommits, long otherUpkeep, Times loop) {
    begin = commit.begin;
    end = commit.end;
    writerAtBegin = commit.timesAtBegin;
    writerAtEnd = commit.timesAtEnd;
    commits = otherCommits;
    upkeep = otherUpkeep;
    loopAtEnd = loop;
  }

  /** A commit, with the sums of the writer. */
  record Span(long begin, Times timesAtBegin, long end, Times timesAtEnd) {}

  void told(long now) {
    told = now;
  }

  void requested(long now, Times loop) {
    requested = now;
    loopAtRequest = loop;
  }

  void received(long now) {
    received = now;
  }

  /** Returns the time of a stage in nanoseconds. */
  long at(Stage stage) {
    long toldAt = told == 0 ? end : Math.min(told, requested);
    return switch (stage) {
      case OTHER_COMMITS -> commits;
      case UPKEEP -> upkeep;
      case WRITER -> begin - sent - commits - upkeep;
      case COMMIT -> end - begin;
      case TELLING -> toldAt - end;
      case LOOP -> requested - toldAt;
      case NETWORK -> received - requested;
    };
  }

  /** Returns the time from handing in to receiving in nanoseconds. */
  long total() {
    return received - sent;
  }

  /** Returns the stage that took longest. */
  Stage longest() {
    Stage longest = Stage.COMMIT;
    for (Stage stage : Stage.values()) {
      if (at(stage) > at(longest)) {
        longest = stage;
      }
    }
    return longest;
  }

  long begin(Leg leg) {
    return switch (leg) {
      case BEFORE -> sent;
      case COMMIT -> begin;
      case LOOP -> end;
    };
  }

  long end(Leg leg) {
    return switch (leg) {
      case BEFORE -> begin;
      case COMMIT -> end;
      case LOOP -> requested;
    };
  }

  /** Returns how long the responsible thread ran and waited for a processor meanwhile. */
  Times times(Leg leg) {
    return switch (leg) {
      case BEFORE -> writerAtBegin.minus(writerAtSent);
      case COMMIT -> writerAtEnd.minus(writerAtBegin);
      case LOOP -> loopAtRequest.minus(loopAtEnd);
    };
  }
}
