package dev.posthorn.bench.attack;

import dev.posthorn.bench.JavaProcess;
import dev.posthorn.testkit.attack.Attack;
import dev.posthorn.testkit.attack.Tally;
import dev.posthorn.testkit.attack.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The attacker as a process of its own, so that it takes no turn from who measures. */
final class AttackerProcess implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 512;
  private static final String DONE = "done";
  private static final String WRONG = "  WRONG ";

  private final Process process;
  private final BufferedReader out;

  /** Starts it, and waits until it has made what it needs. */
  AttackerProcess(Target target) throws IOException {
    process =
        JavaProcess.start(
            HEAP_MEGABYTES,
            AttackerProcess.class,
            target.port(),
            target.adminPort(),
            target.token(),
            target.endpoints());
    out = process.inputReader(StandardCharsets.UTF_8);
    said();
  }

  /** Takes a target; each line on its standard input leads to the next part of the attack. */
  public static void main(String[] args) throws Exception {
    Target target =
        new Target(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            args[2],
            Integer.parseInt(args[3]));
    try (Attack attack = Attack.prepare(target);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      System.out.println(DONE);
      in.readLine();
      attack.begin();
      System.out.println(DONE);
      in.readLine();
      for (Tally tally : attack.end()) {
        System.out.println("  " + tally);
        tally.wrong().forEach(wrong -> System.out.println(WRONG + wrong));
      }
      System.out.println(DONE);
    }
  }

  void begin() throws IOException {
    next();
  }

  /** Ends the attack and prints what came of it; returns how much of that must not be. */
  long end() throws IOException {
    List<String> said = next();
    said.forEach(System.out::println);
    return said.stream().filter(line -> line.startsWith(WRONG)).count();
  }

  private List<String> next() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return said();
  }

  private List<String> said() throws IOException {
    List<String> said = new ArrayList<>();
    for (String line; (line = out.readLine()) != null; ) {
      if (line.equals(DONE)) {
        return said;
      }
      said.add(line);
    }
    throw new IOException("the attacker ended; its errors are above");
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
  }
}
