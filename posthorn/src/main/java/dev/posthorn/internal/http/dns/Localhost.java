package dev.posthorn.internal.http.dns;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;

/** Host names that always lead to this machine (RFC 6761, section 6.3). */
public final class Localhost {

  public static final List<InetAddress> ADDRESSES = List.of(NetUtil.LOCALHOST4);

  private Localhost() {}

  public static boolean isNamed(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }
}
