package dev.posthorn.server.http;

import dev.posthorn.internal.rules.Quoted;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests right after the decoder. Marks a request as failed if it is not HTTP/1, does not
 * have exactly one host, or frames its body ambiguously (RFC 9112, sections 2.3, 3.2, 6 and 7.1).
 * Reads nothing after a failed request, because the start of the next one is unknown.
 *
 * <p>The cause of a failed {@link DecoderResult} is the {@link ApiError} for the client, unless the
 * decoder itself failed.
 */
final class RequestFraming extends ChannelInboundHandlerAdapter {
  private static final String HTTP = "HTTP";
  private static final String OF_HOSTS = "-._~!$&'()*+,;=%:[]";

  private @Nullable HttpRequest current;
  private boolean over;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (over) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      current = request;
      if (request.decoderResult().isSuccess()) {
        check(request);
      } else {
        end(request);
      }
      context.fireChannelRead(message);
    } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      HttpRequest broken = current;
      if (broken != null) {
        refuse(
            broken,
            ApiError.badRequest(
                "the body does not follow the chunked transfer encoding; send each chunk with its"
                    + " size in hexadecimal digits"));
      }
      context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void refuse(HttpRequest request, ApiError error) {
    request.setDecoderResult(DecoderResult.failure(error));
    end(request);
  }

  /** Ends the connection's input; its last answer uses HTTP/1.1, which this server speaks. */
  private void end(HttpRequest request) {
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    over = true;
  }

  private void check(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (!HTTP.equals(version.protocolName())) {
      refuse(request, ApiError.badRequest("this is not an HTTP request"));
      return;
    }
    if (version.majorVersion() != 1) {
      refuse(
          request,
          ApiError.of(
              505,
              "http_version_not_supported",
              version.text() + " is not supported; send the request in HTTP/1.1"));
      return;
    }
    boolean isOld = version.minorVersion() == 0;
    if (version.minorVersion() > 1) { // must be handled as HTTP/1.1
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
    }
    String problem = host(request.headers().getAll(HttpHeaderNames.HOST), isOld);
    if (problem == null && request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      problem = encoding(request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING), isOld);
    }
    if (problem != null) {
      refuse(request, ApiError.badRequest(problem));
    }
  }

  private static @Nullable String host(List<String> hosts, boolean isOld) {
    if (hosts.isEmpty()) {
      return isOld ? null : "the request has no Host header; send one";
    }
    if (hosts.size() > 1) {
      return "the request has " + hosts.size() + " Host headers; send one";
    }
    String host = hosts.get(0);
    return host.chars().allMatch(RequestFraming::isOfHost)
        ? null
        : "the Host header must be a host such as example.com:8071, but is " + Quoted.of(host);
  }

  private static boolean isOfHost(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || OF_HOSTS.indexOf(c) >= 0;
  }

  private static @Nullable String encoding(List<String> encodings, boolean isOld) {
    boolean isChunked =
        encodings.size() == 1
            && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.get(0).strip());
    if (isChunked && !isOld) {
      return null;
    }
    return isOld
        ? "HTTP/1.0 does not allow Transfer-Encoding; send the body with a Content-Length"
        : "Transfer-Encoding must be chunked, but is "
            + Quoted.of(String.join(", ", encodings))
            + "; send the body chunked, or with a Content-Length";
  }
}
