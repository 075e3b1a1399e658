package dev.posthorn.internal.http.dns;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.AuthoritativeDnsServerCache;
import io.netty.resolver.dns.DnsServerAddressStream;
import java.net.InetSocketAddress;

/**
 * Has Netty ask the name servers of this machine, and no others. It would follow a referral to
 * whatever addresses an answer names, inside this network too; following them is what the name
 * servers of this machine are there for.
 */
record NoReferrals(NameFiles files) implements AuthoritativeDnsServerCache {

  @Override
  public DnsServerAddressStream get(String hostname) {
    return files.servers().nameServerAddressStream(hostname);
  }

  @Override
  public void cache(String hostname, InetSocketAddress address, long ttl, EventLoop loop) {
    // Nobody else is asked.
  }

  @Override
  public void clear() {
    // There is nothing.
  }

  @Override
  public boolean clear(String hostname) {
    return false;
  }
}
