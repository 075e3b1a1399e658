package dev.posthorn.testkit.attack;

import dev.posthorn.testkit.receiver.NameServer;
import dev.posthorn.testkit.receiver.NameServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All attacks at once, from several addresses of this machine, which needs to have all of
 * 127.0.0.0/8, as Linux does.
 *
 * <pre>{@code
 * try (Attack attack = Attack.prepare(target)) {
 *   attack.begin();
 *   watchSomebodyElse();
 *   for (Tally tally : attack.end()) {
 *     assertThat(tally.wrong()).isEmpty();
 *   }
 * }
 * }</pre>
 */
public final class Attack implements AutoCloseable {
  private static final int CLIENT = 10;
  private static final Pattern SILENT = Pattern.compile("n\\d*[13579]\\.posthorn\\.invalid\\.");

  private final Target target;
  private final Estate estate;
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Tally> tallies = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private Attack(Target target) {
    this.target = target;
    this.estate = Estate.of(target);
  }

  /**
   * Starts the name server that a target has to ask ({@code --resolv-conf}): it finds none of the
   * names that the attacker has endpoints at, and for every second one it does not answer.
   */
  public static NameServer nameServer() {
    return NameServer.answering(
        name -> SILENT.matcher(name).matches() ? Reply.SILENCE : Reply.NOWHERE);
  }

  /** Creates, as the attacker and within the limits, everything that the attack needs. */
  public static Attack prepare(Target target) {
    return new Attack(target);
  }

  /** Begins with everything at once. */
  public void begin() {
    Stream.of(
            new Strangers(target).weapons(),
            new Bodies(estate).weapons(),
            new Customers(estate).weapons())
        .flatMap(List::stream)
        .forEach(this::begin);
  }

  private void begin(Weapon weapon) {
    Tally tally = new Tally(weapon.name());
    tallies.add(tally);
    for (int i = 0; i < weapon.workers(); i++) {
      Worker worker = new Worker(weapon, target.port(), address(weapon.client()), i, end, tally);
      workers.add(worker);
      threads.add(Thread.ofVirtual().name("attack " + weapon.name()).start(worker::run));
    }
  }

  private static InetAddress address(int client) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (CLIENT + client)});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends all of it: closes the attacker's connections and receivers, and returns what came of each
   * kind.
   */
  public List<Tally> end() {
    end.countDown();
    try {
      for (Worker worker : workers) {
        worker.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      estate.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.copyOf(tallies);
  }

  /** Ends the attack, if that was not done. */
  @Override
  public void close() {
    end();
  }
}
