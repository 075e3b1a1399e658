package dev.posthorn.console;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code posthorn.console.*}.
 *
 * @param path Path of the console, such as '/admin/webhooks', which the program's security must
 *     protect. Without it, there is no console.
 * @param operatorRole Role of people who may change something and see secrets. Others who reach the
 *     path only look.
 */
@ConfigurationProperties("posthorn.console")
public record PosthornConsoleProperties(@Nullable String path, @Nullable String operatorRole) {
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  /** Checks the path. */
  public PosthornConsoleProperties {
    if (path != null && !PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "posthorn.console.path must begin with a slash, not end with one, and consist of"
              + " letters, digits and . _ ~ -, such as /admin/webhooks");
    }
  }
}
