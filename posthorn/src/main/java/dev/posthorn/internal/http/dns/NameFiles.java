package dev.posthorn.internal.http.dns;

import dev.posthorn.internal.http.loop.NettyLoop;
import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.DnsServerAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hosts file and {@code resolv.conf} of this machine, read again soon after they change. All
 * loops share one instance; any thread may read its contents.
 */
public final class NameFiles {

  private static final Logger log = LoggerFactory.getLogger(NameFiles.class);

  /** Interval of the checks; together with the time for reading well below 5 s. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final String OS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  private static final boolean IS_WINDOWS = OS.startsWith("windows");

  private final WatchedFile<Map<String, List<InetAddress>>> hosts;
  private final WatchedFile<ResolvConf> resolvConf;
  private final DnsServerAddressStreamProvider servers;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Names names;

  /**
   * Contents of the files.
   *
   * @param hosts the addresses of the names in the hosts file, IPv4 first
   * @param generation a number that differs after each change
   */
  public record Names(
      Map<String, List<InetAddress>> hosts,
      ResolvConf resolvConf,
      DnsServerAddresses servers,
      int generation) {}

  private NameFiles(Path hosts, Path resolvConf, @Nullable DnsServerAddressStreamProvider servers) {
    this.hosts = new WatchedFile<>(hosts, Map.of(), NameFiles::readHosts);
    this.resolvConf = new WatchedFile<>(resolvConf, ResolvConf.NONE, NameFiles::readResolvConf);
    this.servers = servers == null ? host -> names().servers().stream() : servers;
    this.hosts.look();
    this.resolvConf.look();
    this.names = names(0);
  }

  static NameFiles of(Path hosts, Path resolvConf) {
    return new NameFiles(hosts, resolvConf, null);
  }

  /**
   * Returns the files of this machine, or another file instead of its {@code resolv.conf}. Windows
   * has none, and the one of macOS is incomplete: there Netty's defaults find the name servers.
   */
  public static NameFiles ofThisMachine(@Nullable Path resolvConf) {
    Path hosts =
        IS_WINDOWS
            ? Path.of(
                Objects.requireNonNullElse(System.getenv("SystemRoot"), "C:\\Windows"),
                "system32",
                "drivers",
                "etc",
                "hosts")
            : Path.of("/etc/hosts");
    if (resolvConf != null) {
      return new NameFiles(hosts, resolvConf, null);
    }
    boolean isOther = IS_WINDOWS || OS.startsWith("mac");
    return new NameFiles(
        hosts,
        Path.of("/etc/resolv.conf"),
        isOther ? DnsServerAddressStreamProviders.platformDefault() : null);
  }

  /** Returns the current contents of the files. */
  public Names names() {
    return names;
  }

  /** Returns the current name servers. */
  DnsServerAddressStreamProvider servers() {
    return servers;
  }

  /** Checks the files every two seconds, for as long as a loop runs. */
  public void watch(NettyLoop loop) {
    loop.schedule(
        LOOK_NANOS,
        () -> {
          try {
            lookElsewhere();
          } finally {
            watch(loop);
          }
        });
  }

  /** Checks the files on another thread, so that no loop waits for a file. */
  private void lookElsewhere() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    try {
      var unused =
          Thread.ofVirtual()
              .name("posthorn-names")
              .start(
                  () -> {
                    try {
                      look();
                    } catch (RuntimeException | Error e) {
                      log.error("Failed to check the hosts file and resolv.conf", e);
                    } finally {
                      looking.set(false);
                    }
                  });
    } catch (RuntimeException | Error e) {
      looking.set(false);
      throw e;
    }
  }

  /** Reads the files that have changed. */
  void look() {
    boolean hostsChanged = hosts.look();
    if (resolvConf.look() || hostsChanged) {
      names = names(names.generation() + 1);
      log.info("Read the hosts file and resolv.conf again after a change");
    }
  }

  private Names names(int generation) {
    ResolvConf said = resolvConf.value();
    DnsServerAddresses addresses =
        said.rotate()
            ? DnsServerAddresses.rotational(said.servers())
            : DnsServerAddresses.sequential(said.servers());
    return new Names(hosts.value(), said, addresses, generation);
  }

  private static Map<String, List<InetAddress>> readHosts(Path file) throws IOException {
    HostsFileEntriesProvider read =
        HostsFileEntriesProvider.parser().parse(file.toFile(), StandardCharsets.UTF_8);
    Map<String, List<InetAddress>> all = new HashMap<>();
    for (Map<String, List<InetAddress>> entries : List.of(read.ipv4Entries(), read.ipv6Entries())) {
      entries.forEach(
          (name, found) -> all.computeIfAbsent(name, n -> new ArrayList<>(2)).addAll(found));
    }
    return all;
  }

  private static ResolvConf readResolvConf(Path file) throws IOException {
    String options = System.getenv("RES_OPTIONS");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    ResolvConf read = ResolvConf.parse(options == null ? text : text + "\noptions " + options);
    if (read.servers().isEmpty()) {
      throw new IOException("it names no name server"); // as while the file is being written
    }
    return read;
  }
}
