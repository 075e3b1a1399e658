package dev.posthorn.internal.http.tls;

import dev.posthorn.spi.runtime.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a receiver sends during a TLS handshake until the handshake has its turn in the {@link
 * HandshakeQueue}; meanwhile nothing more is read. Continuing a handshake takes up to a
 * millisecond, and an event loop reads from many connections before it does anything else. It
 * stands before the handler of TLS.
 */
public final class PacedHandshake extends ChannelInboundHandlerAdapter {
  private final HandshakeQueue queue;
  private final Owner owner;
  private final Queue<Object> data = new ArrayDeque<>(2);
  private @Nullable ChannelHandlerContext context;
  private boolean proceeding;
  private boolean over;

  public PacedHandshake(HandshakeQueue queue, Owner owner) {
    this.queue = queue;
    this.owner = owner;
  }

  /** Returns whether something that has arrived waits for its turn. */
  public boolean isWaiting() {
    return !data.isEmpty();
  }

  /** Lets everything pass from now on, after what waits. */
  public void end() {
    over = true;
    leave();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context = null;
    for (Object each; (each = data.poll()) != null; ) {
      ReferenceCountUtil.release(each);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean first = data.isEmpty() && !proceeding;
    data.add(message);
    if (first) {
      ctx.channel().config().setAutoRead(false);
      queue.add(owner, this::proceed);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (data.isEmpty()) {
      ctx.fireChannelReadComplete();
    }
  }

  /** Passes on at once what waits: the pipeline ends, and the last data may say why. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pass(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    pass(ctx);
    ctx.fireExceptionCaught(cause);
  }

  private void proceed() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) { // else the connection is closed
      pass(ctx);
      ctx.channel().config().setAutoRead(true);
    }
    leave();
  }

  /** Passes on what has arrived, in its order. */
  private void pass(ChannelHandlerContext ctx) {
    if (data.isEmpty() || proceeding) {
      return;
    }
    proceeding = true;
    for (Object next; (next = data.poll()) != null; ) {
      ctx.fireChannelRead(next);
    }
    ctx.fireChannelReadComplete();
    proceeding = false;
  }

  private void leave() {
    ChannelHandlerContext ctx = context;
    if (over && ctx != null && data.isEmpty() && !proceeding) {
      ctx.pipeline().remove(this);
    }
  }
}
