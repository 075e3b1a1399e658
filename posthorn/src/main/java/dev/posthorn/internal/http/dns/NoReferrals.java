package dev.posthorn.internal.http.dns;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.AuthoritativeDnsServerCache;
import io.netty.resolver.dns.DnsServerAddressStream;
import java.net.InetSocketAddress;

/**
 * Restricts Netty to the name servers of this machine. Netty would follow a referral to whatever
 * addresses an answer names, even inside this network; following referrals is the job of the
 * machine's name servers.
 */
record NoReferrals(NameFiles files) implements AuthoritativeDnsServerCache {

  @Override
  public DnsServerAddressStream get(String hostname) {
    return files.servers().nameServerAddressStream(hostname);
  }

  @Override
  public void cache(String hostname, InetSocketAddress address, long ttl, EventLoop loop) {
    // No other servers are asked.
  }

  @Override
  public void clear() {
    // There is nothing to clear.
  }

  @Override
  public boolean clear(String hostname) {
    return false;
  }
}
