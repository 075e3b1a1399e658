package dev.posthorn.internal.http.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;

/** Which kind of sockets the loops run: epoll where the machine has it, else NIO. */
public record NativeIo(
    boolean isNative,
    Class<? extends SocketChannel> socket,
    Class<? extends DatagramChannel> datagram) {

  public static NativeIo best(boolean nativeIo) {
    return nativeIo && Epoll.isAvailable()
        ? new NativeIo(true, EpollSocketChannel.class, EpollDatagramChannel.class)
        : new NativeIo(false, NioSocketChannel.class, NioDatagramChannel.class);
  }

  /**
   * Starts loops, by the names that both Netty 4.1 and 4.2 have for them. No expression has the
   * type of what the two have in common in 4.2: 4.1 does not know it.
   */
  @SuppressWarnings("deprecation") // by 4.2, where they are what takes their place
  EventLoopGroup loops(int number, ThreadFactory threads) {
    if (isNative) {
      return new EpollEventLoopGroup(number, threads);
    }
    return new NioEventLoopGroup(number, threads);
  }
}
