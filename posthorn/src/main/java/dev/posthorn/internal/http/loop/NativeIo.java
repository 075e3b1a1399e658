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

/** Kind of sockets that the loops use: epoll where available, else NIO. */
public record NativeIo(
    boolean isNative,
    Class<? extends SocketChannel> socket,
    Class<? extends DatagramChannel> datagram) {

  /**
   * Maximum number of connections that a loop takes care of before it runs tasks, above all those
   * that begin the deliveries of a commit. With Netty's default, up to 4,096, it took care of a
   * thousand responses or of a hundred TLS handshakes first.
   */
  private static final int READY_TOGETHER = 12;

  public static NativeIo best(boolean nativeIo) {
    return nativeIo && Epoll.isAvailable()
        ? new NativeIo(true, EpollSocketChannel.class, EpollDatagramChannel.class)
        : new NativeIo(false, NioSocketChannel.class, NioDatagramChannel.class);
  }

  /**
   * Starts loops, using the class names that both Netty 4.1 and 4.2 have. No expression may have
   * the type that the two share in 4.2: 4.1 does not have it.
   */
  @SuppressWarnings("deprecation") // in 4.2, which has replacements
  EventLoopGroup loops(int number, ThreadFactory threads) {
    if (isNative) {
      return new EpollEventLoopGroup(number, threads, READY_TOGETHER);
    }
    return new NioEventLoopGroup(number, threads);
  }
}
