package dev.posthorn.internal.http.loop;

import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Maps exceptions to error classes, and to descriptions that contain no address. */
public final class Failures {

  private static final int MAX_WORDS = 200;
  private static final Pattern PROXY_STATUS = Pattern.compile("status: (\\d{3})");

  /** Messages of EMFILE, ENFILE, ENOBUFS and ENOMEM. */
  private static final Pattern OWN_SHORTAGE =
      Pattern.compile(
          "(?i)too many open files|no file descriptors available|no buffer space|cannot allocate");

  /** Messages of EADDRNOTAVAIL. */
  private static final Pattern NO_LOCAL_ADDRESS =
      Pattern.compile("(?i)cannot assign requested address|can't assign requested address");

  private static final Pattern UNKNOWN_TO_NATIVE =
      Pattern.compile(
          "ALERT_HANDSHAKE_FAILURE|ALERT_INTERNAL_ERROR|WRONG_SIGNATURE_TYPE|NO_COMMON_SIGNATURE_ALGORITHMS"
              + "|UNKNOWN_CERTIFICATE_TYPE|WRONG_CURVE|BAD_ECC_CERT|UNSUPPORTED_ELLIPTIC_CURVE");

  private Failures() {}

  /** Classifies the error that broke an open connection. */
  public static ErrorClass whileOpen(Throwable cause) {
    if (find(cause, SSLException.class) != null) {
      return new ErrorClass.Tls();
    }
    if (find(cause, DecoderException.class) != null || find(cause, Http2Exception.class) != null) {
      return new ErrorClass.Protocol();
    }
    return new ErrorClass.Connect();
  }

  /**
   * Returns the resource of this process whose shortage prevented a socket, or null. The operating
   * system's error has no type, only a text.
   */
  public static @Nullable Resource lacking(Throwable cause) {
    if (find(cause, OutOfMemoryError.class) != null) {
      return Resource.MEMORY;
    }
    if (find(cause, RejectedExecutionException.class) != null) {
      return Resource.WORKERS;
    }
    return says(OWN_SHORTAGE, cause) ? Resource.DESCRIPTORS : null;
  }

  /**
   * Returns the resource of this process whose shortage prevented a connection to an address, or
   * null. The system reports that it has no local address if all ports are in use; or, for IPv6,
   * permanently, if the machine has no IPv6 address.
   */
  public static @Nullable Resource lacking(Throwable cause, InetAddress connecting) {
    Resource lacking = lacking(cause);
    boolean noPort = connecting instanceof Inet4Address && says(NO_LOCAL_ADDRESS, cause);
    return lacking == null && noPort ? Resource.CONNECTIONS : lacking;
  }

  /**
   * Returns whether BoringSSL failed in a way that the JDK may not: it does not support
   * certificates with P-521 or Ed25519 keys. Receivers with no other certificate can only report
   * that there is no common cipher.
   */
  public static boolean isUnknownToNative(Throwable cause) {
    SSLException tls = find(cause, SSLException.class);
    return tls != null && UNKNOWN_TO_NATIVE.matcher(String.valueOf(tls.getMessage())).find();
  }

  private static boolean says(Pattern words, Throwable cause) {
    Throwable at = cause;
    for (int depth = 0; at != null && depth < 8; depth++) {
      String message = at.getMessage();
      if (at instanceof IOException || at instanceof ChannelException) {
        if (message != null && words.matcher(message).find()) {
          return true;
        }
      }
      at = at.getCause();
    }
    return false;
  }

  public static String describe(@Nullable Throwable cause) {
    if (cause == null || find(cause, ClosedChannelException.class) != null) {
      return "closed";
    }
    if (find(cause, ConnectTimeoutException.class) != null) {
      return "no answer in time";
    }
    if (find(cause, NoRouteToHostException.class) != null) {
      return "no route to the host";
    }
    ProxyConnectException proxy = find(cause, ProxyConnectException.class);
    if (proxy != null) {
      Matcher status = PROXY_STATUS.matcher(String.valueOf(proxy.getMessage()));
      return status.find() ? "it answered " + status.group(1) : "it opened no tunnel";
    }
    if (find(cause, ConnectException.class) != null) {
      return String.valueOf(cause.getMessage()).contains("refused") ? "refused" : "unreachable";
    }
    if (find(cause, TooLongFrameException.class) != null) {
      return "its headers exceed the limit";
    }
    SSLException tls = find(cause, SSLException.class);
    Throwable root = root(tls == null ? cause : tls);
    String message = root.getMessage();
    String words = message == null ? root.getClass().getSimpleName() : message;
    String printable = words.replaceAll("[^ -~]", "?");
    return printable.substring(0, Math.min(MAX_WORDS, printable.length()));
  }

  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    for (int depth = 0; root.getCause() != null && depth < 8; depth++) {
      root = root.getCause();
    }
    return root;
  }

  private static <T extends Throwable> @Nullable T find(Throwable cause, Class<T> type) {
    Throwable at = cause;
    for (int depth = 0; at != null && depth < 8; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
