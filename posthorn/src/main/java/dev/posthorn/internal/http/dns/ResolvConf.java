package dev.posthorn.internal.http.dns;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents of a {@code resolv.conf}: the name servers and their options. A port may be given as
 * {@code [address]:port}, as on OpenBSD.
 *
 * @param servers the name servers, in order
 * @param rotate whether they take turns in being asked first
 * @param search the search domains, without leading and trailing dots
 * @param ndots the number of dots from which on a name is tried unchanged before the search domains
 */
record ResolvConf(List<InetSocketAddress> servers, boolean rotate, List<String> search, int ndots) {

  private static final Logger log = LoggerFactory.getLogger(ResolvConf.class);
  private static final int PORT = 53;

  /**
   * The number of dots from which on a name is tried unchanged first, whatever {@code ndots} says.
   * Kubernetes sets 5, and then {@code hooks.example.com} would be searched in the cluster first;
   * but {@code service.namespace} has one dot, and may belong to a stranger outside.
   */
  private static final int SURELY_ABSOLUTE = 2;

  /** Defaults without the file: the name server of this machine, and no search domains. */
  static final ResolvConf NONE =
      new ResolvConf(List.of(new InetSocketAddress(NetUtil.LOCALHOST4, PORT)), false, List.of(), 1);

  static ResolvConf parse(String text) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<String> search = List.of();
    boolean rotate = false;
    int ndots = 1;
    for (String line : text.lines().toList()) {
      List<String> words = words(line);
      switch (words.getFirst()) {
        case "nameserver" -> addServer(words, servers);
        case "search", "domain" -> search = domains(words);
        case "options" -> {
          rotate |= words.contains("rotate");
          ndots = ndots(words, ndots);
        }
        default -> {
          // Options for other software, such as sortlist.
        }
      }
    }
    return new ResolvConf(List.copyOf(servers), rotate, search, ndots);
  }

  /** Returns the words of a line up to a comment; at least one, which may be empty. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.strip().split("\\s+", -1)) {
      if (word.startsWith("#") || word.startsWith(";")) {
        break;
      }
      words.add(word);
    }
    return words.isEmpty() ? List.of("") : words;
  }

  private static void addServer(List<String> words, List<InetSocketAddress> servers) {
    InetSocketAddress server = words.size() < 2 ? null : server(words.get(1));
    if (server == null) {
      log.warn("Ignored an invalid name server in resolv.conf: {}", words);
    } else {
      servers.add(server);
    }
  }

  private static @Nullable InetSocketAddress server(String text) {
    int end = text.startsWith("[") ? text.indexOf("]:") : -1;
    String host = end < 0 ? text : text.substring(1, end);
    if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
      return null;
    }
    try {
      int port = end < 0 ? PORT : Integer.parseInt(text.substring(end + 2));
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException | IllegalArgumentException e) {
      return null; // it names an unknown interface, or no port
    }
  }

  private static List<String> domains(List<String> words) {
    List<String> domains = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      String domain = word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
      if (!domain.isEmpty()) {
        domains.add(domain);
      }
    }
    return List.copyOf(domains);
  }

  private static int ndots(List<String> options, int otherwise) {
    int ndots = otherwise;
    for (String option : options) {
      if (option.matches("ndots:\\d{1,4}")) {
        ndots = Integer.parseInt(option.substring("ndots:".length()));
      }
    }
    return ndots;
  }

  /**
   * Returns the absolute names, each with a trailing dot, to query for a host, in order: the
   * unchanged name comes first if it has enough dots, last otherwise.
   */
  List<String> questions(String host) {
    String asItIs = host.endsWith(".") ? host : host + ".";
    if (host.endsWith(".") || search.isEmpty()) {
      return List.of(asItIs);
    }
    List<String> names = new ArrayList<>(search.size() + 1);
    search.forEach(domain -> names.add(asItIs + domain + "."));
    long dots = host.chars().filter(c -> c == '.').count();
    names.add(dots >= Math.min(ndots, SURELY_ABSOLUTE) ? 0 : names.size(), asItIs);
    return names;
  }
}
