package dev.posthorn.internal.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads pending data of an idle connection before a request is sent over it: data that arrived
 * before the request cannot answer it. The loop itself would read it only in its next turn.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Unread {
  private static final int BYTES = 2048;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);

  /** Passes pending data on, and closes the channel if the receiver has closed it. */
  void read(Channel channel) {
    if (!channel.isActive()) {
      return; // its descriptor may be reused by now
    }
    if (channel instanceof UnixChannel unix) {
      readFrom(unix);
    } else if (channel.unsafe() instanceof NioUnsafe nio) {
      nio.read();
    }
  }

  private void readFrom(UnixChannel channel) {
    try {
      int come = channel.fd().read(buffer, 0, BYTES);
      if (come > 0) {
        ByteBuf read = channel.alloc().directBuffer(come);
        read.writeBytes(buffer.clear().limit(come));
        channel.pipeline().fireChannelRead(read).fireChannelReadComplete();
      } else if (come < 0) {
        channel.close();
      }
    } catch (IOException e) { // the connection was reset
      channel.close();
    }
  }
}
