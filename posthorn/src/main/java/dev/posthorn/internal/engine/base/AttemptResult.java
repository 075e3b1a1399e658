package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Phase;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results of attempts as they are counted: the class of the status, or of the error. */
public enum AttemptResult {
  /** A status from 200 to 299: the delivery succeeded. */
  SUCCESS("2xx"),
  /** A status from 300 to 399, which is not followed. */
  REDIRECT("3xx"),
  /** A status from 400 to 499. */
  CLIENT_ERROR("4xx"),
  /** A status from 500 to 599. */
  SERVER_ERROR("5xx"),
  /** Another status, or an error of a class that is not known here. */
  OTHER("other"),
  /** See {@link ErrorClass.Dns}. */
  DNS(new ErrorClass.Dns()),
  /** See {@link ErrorClass.RefusedAddress}. */
  REFUSED_ADDRESS(new ErrorClass.RefusedAddress()),
  /** See {@link ErrorClass.Connect}. */
  CONNECT(new ErrorClass.Connect()),
  /** See {@link ErrorClass.Tls}. */
  TLS(new ErrorClass.Tls()),
  /** See {@link Phase#DNS}. */
  TIMEOUT_DNS(new ErrorClass.Timeout(Phase.DNS)),
  /** See {@link Phase#CONNECT}. */
  TIMEOUT_CONNECT(new ErrorClass.Timeout(Phase.CONNECT)),
  /** See {@link Phase#TLS}. */
  TIMEOUT_TLS(new ErrorClass.Timeout(Phase.TLS)),
  /** See {@link Phase#FIRST_BYTE}. */
  TIMEOUT_FIRST_BYTE(new ErrorClass.Timeout(Phase.FIRST_BYTE)),
  /** See {@link Phase#BODY}. */
  TIMEOUT_BODY(new ErrorClass.Timeout(Phase.BODY)),
  /** See {@link ErrorClass.Protocol}. */
  PROTOCOL(new ErrorClass.Protocol()),
  /** See {@link ErrorClass.BodyTooLarge}. */
  BODY_TOO_LARGE(new ErrorClass.BodyTooLarge());

  /** Errors of a body after its status has come; the status counts all the same. */
  public static final Set<AttemptResult> OF_BODIES =
      Set.of(CONNECT, TIMEOUT_BODY, PROTOCOL, BODY_TOO_LARGE);

  private static final Map<String, AttemptResult> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(AttemptResult::code, Function.identity()));

  private final String code;

  AttemptResult(String code) {
    this.code = code;
  }

  AttemptResult(ErrorClass error) {
    this(error.code());
  }

  /** Returns the stable name, such as {@code 2xx} or {@code timeout_connect}. */
  public String code() {
    return code;
  }

  /** Returns the results of attempts as a whole: all but the errors of a body alone. */
  public static Set<AttemptResult> ofAttempts() {
    return EnumSet.complementOf(EnumSet.of(TIMEOUT_BODY, BODY_TOO_LARGE));
  }

  static AttemptResult of(int status, @Nullable String error) {
    return switch (status / 100) {
      case 0 -> ofError(error);
      case 2 -> SUCCESS;
      case 3 -> REDIRECT;
      case 4 -> CLIENT_ERROR;
      case 5 -> SERVER_ERROR;
      default -> OTHER;
    };
  }

  static AttemptResult ofError(@Nullable String code) {
    return code == null ? OTHER : BY_CODE.getOrDefault(code, OTHER);
  }
}
