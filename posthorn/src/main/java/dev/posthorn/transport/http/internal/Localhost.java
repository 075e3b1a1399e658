package dev.posthorn.transport.http.internal;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;

/** The names that lead to this machine whoever is asked for them (RFC 6761, section 6.3). */
final class Localhost {

  static final List<InetAddress> ADDRESSES = List.of(NetUtil.LOCALHOST4);

  private Localhost() {}

  static boolean isNamed(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }
}
