package dev.posthorn.bench.kill;

import java.io.IOException;
import java.util.List;

/** The program that is killed, on one file all the time. */
interface Victim {

  /**
   * Starts it on the file, and messages that come to it as fast as it accepts them. Those that it
   * says it accepted are noted.
   */
  Running load() throws IOException;

  /** Starts it on the file; it only delivers what is there. */
  Running drain() throws IOException;

  /** One run of it. */
  interface Running {

    /** Kills it with SIGKILL, and waits until all that it said has been noted. */
    void kill() throws InterruptedException;

    /** Waits until it has opened the file, so that it delivers what is there. */
    void awaitOpen() throws IOException;

    /** Lets it end as it is meant to. */
    void end() throws IOException, InterruptedException;

    /**
     * Returns the messages that it shows to who lists them, newest first, down to an id: lines of
     * an id and a type.
     */
    List<String> shown(String floor) throws IOException;
  }
}
