package dev.posthorn.transport.http.internal;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Which kind of sockets the loops run: epoll where the machine has it, else NIO. */
record Io(
    IoHandlerFactory handler,
    Class<? extends SocketChannel> socket,
    Class<? extends DatagramChannel> datagram) {

  static Io best(boolean nativeIo) {
    return nativeIo && Epoll.isAvailable()
        ? new Io(EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollDatagramChannel.class)
        : new Io(NioIoHandler.newFactory(), NioSocketChannel.class, NioDatagramChannel.class);
  }
}
