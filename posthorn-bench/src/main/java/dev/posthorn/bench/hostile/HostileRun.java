package dev.posthorn.bench.hostile;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.posthorn.DeliveryState;
import dev.posthorn.HttpTransportOptions;
import dev.posthorn.bench.JavaProcess;
import dev.posthorn.bench.ProcessFigures;
import dev.posthorn.bench.delivery.LibrarySubject;
import dev.posthorn.bench.delivery.ReceiverProcess;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.Resolver;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One process with the library in it and a healthy endpoint, which is sent messages at one rate:
 * first alone, then while all {@link Neighbors} are bad at once. Then all receivers become good,
 * and what waits is delivered, and the healthy endpoint is alone again: first on an idle machine,
 * and then on one that is as busy as it was with the neighbors, because of a {@link CpuBurner} that
 * uses as much of the processors as they, their receivers, and all work for them did. Prints the
 * time from handing in to receiving of each minute and where it went, what became of every
 * delivery, and the most memory and descriptors that the process had.
 */
public final class HostileRun {
  private static final int WARM_UP_SECONDS = 20;
  private static final int WINDOW_SECONDS = 60;
  private static final int SLOW_DNS_SECONDS = 4;
  private static final int RECOVERY_SECONDS = 900;
  private static final List<Long> WAITS = waits();

  private final LibrarySubject library;
  private final ReceiverProcess receiver;
  private final TracedRuntime traced;
  private final RunQueues queues = new RunQueues();
  private final DiskWatch disk;
  private final CpuUse cpu;
  private final HealthySender sender;
  private long mostHeap;
  private long mostDescriptors;

  /** The p99 of each minute. */
  private final List<Long> minutes = new ArrayList<>();

  /** The number of processors that all processes used in those minutes. */
  private double busy;

  private ReceiverProcess.@Nullable Report before;
  private @Nullable Neighbors neighbors;

  private HostileRun(
      LibrarySubject library,
      ReceiverProcess receiver,
      DeliveryTrace trace,
      TracedRuntime traced,
      Machine machine,
      int rate) {
    this.library = library;
    this.receiver = receiver;
    this.traced = traced;
    this.cpu = machine.cpu;
    this.disk = machine.disk;
    this.sender = new HealthySender(library, trace, rate);
  }

  /** The watches of what all processes share. */
  private record Machine(CpuUse cpu, DiskWatch disk) {}

  private static List<Long> waits() {
    List<Long> waits = new ArrayList<>(List.of(1_000L, 2_000L, 4_000L, 8_000L, 15_000L, 30_000L));
    waits.addAll(Collections.nCopies(14, 60_000L));
    return List.copyOf(waits);
  }

  /**
   * Takes a folder, the seconds of the bad time, those alone before and after, the rate, and
   * whether to print what each kind of thread did, and how much lower the priority of the receivers
   * is.
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path certificate = folder.resolve("hostile.pem");
    AtomicBoolean good = new AtomicBoolean();
    int niceness = Integer.parseInt(args[5]);
    Process hostile = JavaProcess.startBehind(niceness, 512, HostileReceivers.class, certificate);
    BufferedReader out = hostile.inputReader(StandardCharsets.US_ASCII);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the receivers ended");
    }
    int[] ports = Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    boolean watches = Integer.parseInt(args[4]) != 0;
    DeliveryTrace trace = new DeliveryTrace(watches);
    TracedRuntime traced = new TracedRuntime(trace, watches);
    try (ReceiverProcess receiver = new ReceiverProcess(HealthySender.BYTES, true);
        DiskWatch disk = new DiskWatch(folder)) {
      HttpTransportOptions transport =
          HttpTransportOptions.builder()
              .addresses(AddressPolicy.allowing("127.0.0.0/8"))
              .resolver(resolver(good))
              .trustedCertificates(certificate)
              .build();
      try (LibrarySubject library =
          new LibrarySubject(
              EngineAssembly.of(folder.resolve("library.db")).around(traced::of),
              1,
              "healthy.test:" + receiver.port(),
              EngineOptions.DEFAULT.withRetryWaits(WAITS),
              transport)) {
        CpuUse cpu = new CpuUse(ProcessHandle.current(), hostile.toHandle(), receiver.handle());
        Machine machine = new Machine(cpu, disk);
        HostileRun run =
            new HostileRun(library, receiver, trace, traced, machine, Integer.parseInt(args[3]));
        if (watches) {
          run.queues
              .with("", ProcessHandle.current())
              .with("hostile receivers", hostile.toHandle())
              .with("healthy receiver", receiver.handle());
        }
        int alone = Integer.parseInt(args[2]);
        run.run(ports, Integer.parseInt(args[1]), alone);
        good.set(true);
        hostile.getOutputStream().write('\n');
        hostile.getOutputStream().flush();
        run.recover("http://127.0.0.1:" + ports[1] + "/good");
        run.compare(alone);
      }
    } finally {
      traced.end();
      hostile.getOutputStream().close();
      hostile.onExit().join();
    }
  }

  private static Resolver resolver(AtomicBoolean good) {
    return host -> {
      if (!host.endsWith(Neighbors.SLOW_NAMES)) {
        return CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
      }
      return CompletableFuture.supplyAsync(
          () -> slowly(host, good),
          CompletableFuture.delayedExecutor(SLOW_DNS_SECONDS, TimeUnit.SECONDS));
    };
  }

  private static List<InetAddress> slowly(String host, AtomicBoolean good) {
    if (good.get()) {
      return List.of(InetAddress.getLoopbackAddress());
    }
    throw new CompletionException(new UnknownHostException(host));
  }

  private void run(int[] ports, int seconds, int alone) throws Exception {
    load(WARM_UP_SECONDS, List.of());
    ReceiverProcess.Report base = window("alone", alone, List.of(), null).report;
    before = base;
    Neighbors all = new Neighbors(library.engine(), ports);
    neighbors = all;
    List<Neighbors.Act> acts = all.begin();
    System.out.println("bad from now on, at once:");
    acts.forEach(act -> System.out.printf("  %s, %d a minute%n", act.name(), act.perMinute()));
    for (int done = 0; done < seconds; done += WINDOW_SECONDS) {
      int now = Math.min(WINDOW_SECONDS, seconds - done);
      Window minute = window("minute " + (done / WINDOW_SECONDS + 1), now, acts, base);
      minutes.add(minute.report.p99());
      busy += minute.processors * now / seconds;
    }
    Collections.sort(minutes);
    System.out.println(all.figures());
    System.out.println(library.commits());
    printMemory();
  }

  /** Measures the healthy endpoint alone again: on an idle machine, and on a busy one. */
  private void compare(int alone) throws IOException {
    Window again = window("alone again", alone, List.of(), null);
    double more = Math.max(0, busy - again.processors);
    Window beside;
    try (CpuBurner unused = CpuBurner.start(more)) {
      beside = window("alone on a machine as busy", alone, List.of(), null);
    }
    System.out.printf(
        Locale.ROOT,
        "processors in use: %.2f with the neighbors, %.2f alone, %.2f by a process that only"
            + " computes%n",
        busy,
        again.processors,
        more);
    printTimes("alone before", Objects.requireNonNull(before));
    printTimes("alone again", again.report);
    printTimes("alone on a machine as busy", beside.report);
  }

  private void printTimes(String reference, ReceiverProcess.Report report) {
    System.out.printf(
        Locale.ROOT,
        "healthy p99, times %s: median of the minutes %.2f, worst %.2f%n",
        reference,
        (double) minutes.get(minutes.size() / 2) / report.p99(),
        (double) minutes.getLast() / report.p99());
  }

  /** A time of measurement: what was received, and how many processors were in use. */
  private record Window(ReceiverProcess.Report report, double processors) {}

  private Window window(
      String name, int seconds, List<Neighbors.Act> acts, ReceiverProcess.@Nullable Report alone)
      throws IOException {
    receiver.series(name);
    traced.clear();
    sender.clear();
    queues.clear();
    disk.clear();
    long attempts = attempts();
    cpu.begin();
    load(seconds, acts);
    double processors = cpu.processors();
    LockSupport.parkNanos(200_000_000); // for what is under way
    ReceiverProcess.Report report = receiver.report();
    ReceiverProcess.Report base = alone == null ? report : alone;
    System.out.printf(
        Locale.ROOT,
        "%-10s %7d received, p50 %6.2f ms, p99 %6.2f ms; times alone %.2f, %.2f;"
            + " %d attempts, %d waiting, heap %d MB, resident %s, %d descriptors, %.2f"
            + " processors%n",
        name,
        report.count(),
        report.p50() / 1e3,
        report.p99() / 1e3,
        (double) report.p50() / base.p50(),
        (double) report.p99() / base.p99(),
        attempts() - attempts,
        waiting(),
        heap() >> 20,
        ProcessFigures.resident(ProcessHandle.current()),
        descriptors(),
        processors);
    sender.print();
    traced.print();
    disk.print();
    queues.print();
    return new Window(report, processors);
  }

  /**
   * Sends to the healthy endpoint, and has the neighbors do what they do on another thread: what
   * they hand in delays nobody else's sender.
   */
  private void load(int seconds, List<Neighbors.Act> acts) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Thread others = Thread.ofPlatform().name("neighbors").start(() -> act(acts, end));
    sender.run(end);
    try {
      others.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void act(List<Neighbors.Act> acts, long end) {
    long start = System.nanoTime();
    int[] turns = new int[acts.size()];
    int looks = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      boolean acted = false;
      for (int i = 0; i < turns.length; i++) {
        long due = start + turns[i] * 60_000_000_000L / acts.get(i).perMinute();
        if (due <= now) {
          acts.get(i).turn().run(turns[i]++);
          acted = true;
        }
      }
      if (now - start > looks * 1_000_000_000L) {
        looks++;
        mostHeap = Math.max(mostHeap, heap());
        mostDescriptors = Math.max(mostDescriptors, descriptors());
      }
      if (!acted) {
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /** Waits until all that was accepted has come to an end, and says to which. */
  private void recover(String goodUrl) throws IOException {
    Neighbors all = Objects.requireNonNull(neighbors);
    long begin = System.nanoTime();
    all.reform(goodUrl);
    System.out.println("all receivers are good from now on: " + waiting() + " deliveries wait");
    long end = begin + TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS);
    long told = begin;
    while (waiting() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000_000);
      if (System.nanoTime() - told > 10_000_000_000L) {
        told = System.nanoTime();
        System.out.println("  " + waiting() + " wait");
      }
    }
    EngineCounters counters = library.engine().stats().counters();
    System.out.printf(
        Locale.ROOT,
        "after %.0f s: %d deliveries created, %d succeeded, %d failed, %d cancelled, %d wait%n",
        (System.nanoTime() - begin) / 1e9,
        counters.deliveriesCreated(),
        counters.deliveriesEnded(DeliveryState.SUCCEEDED),
        counters.deliveriesEnded(DeliveryState.FAILED),
        counters.deliveriesEnded(DeliveryState.CANCELLED),
        waiting());
    System.out.printf(
        "healthy: %d sent, %d refused; the messages of every minute above add up to those"
            + " received%n",
        sender.sent(), sender.refused());
    printMemory();
  }

  private long attempts() {
    EngineCounters counters = library.engine().stats().counters();
    return Arrays.stream(AttemptResult.values()).mapToLong(counters::attempts).sum();
  }

  private long waiting() {
    EngineCounters counters = library.engine().stats().counters();
    long ended = 0;
    for (DeliveryState state : DeliveryState.values()) {
      ended += counters.deliveriesEnded(state);
    }
    return counters.deliveriesCreated() - ended;
  }

  private static long heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private void printMemory() throws IOException {
    System.gc();
    System.out.printf(
        Locale.ROOT,
        "heap after collection %d MB of %d MB (at most seen %d MB); resident at most %s;"
            + " at most %d descriptors; file %d MB%n",
        heap() >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        mostHeap >> 20,
        ProcessFigures.mostResident(ProcessHandle.current()),
        mostDescriptors,
        library.fileBytes() >> 20);
  }
}
