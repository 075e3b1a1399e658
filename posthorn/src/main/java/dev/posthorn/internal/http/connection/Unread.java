package dev.posthorn.internal.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what has come on a connection that waits, before a request is sent over it: what came
 * before the request does not answer it. The loop would not have read that until its next turn.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What comes of a close reaches channelInactive.
final class Unread {
  private static final int BYTES = 2048;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);

  /** Hands on what has come, and closes the channel if its end has. */
  void read(Channel channel) {
    if (!channel.isActive()) {
      return; // its descriptor may be another's by now
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
    } catch (IOException e) { // it was reset
      channel.close();
    }
  }
}
