package dev.posthorn.internal.http.loop;

import dev.posthorn.PosthornException;
import io.netty.util.Version;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Netty version on the class path, which the program chooses (for example through its
 * framework), not the one that the library was built with. Two lines are supported, 4.1 and 4.2.
 */
public final class NettyVersion {
  private static final String REMEDY =
      "; in Spring Boot set the property netty.version, elsewhere import io.netty:netty-bom before"
          + " other BOMs";

  private static final List<String> NEEDED =
      List.of(
          "netty-buffer",
          "netty-codec-http",
          "netty-codec-http2",
          "netty-common",
          "netty-handler",
          "netty-handler-proxy",
          "netty-resolver-dns",
          "netty-transport",
          "netty-transport-classes-epoll");

  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  /**
   * Oldest supported release of the 4.1 line. Tests run with the releases that the BOMs manage now.
   */
  private static final Release OLDEST_4_1 = new Release(4, 1, 121);

  private static final Release OLDEST_4_2 = new Release(4, 2, 7);

  private record Release(int major, int minor, int patch) {
    static @Nullable Release of(String version) {
      Matcher matcher = FORM.matcher(version);
      return matcher.matches()
          ? new Release(part(matcher, 1), part(matcher, 2), part(matcher, 3))
          : null;
    }

    private static int part(Matcher matcher, int group) {
      return Integer.parseInt(matcher.group(group));
    }

    boolean isOfLine(Release other) {
      return major == other.major && minor == other.minor;
    }

    boolean isUsable() {
      if (isOfLine(OLDEST_4_1)) {
        return patch >= OLDEST_4_1.patch;
      }
      if (isOfLine(OLDEST_4_2)) {
        return patch >= OLDEST_4_2.patch;
      }
      return major == 4 && minor > 2;
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch;
    }
  }

  private NettyVersion() {}

  /** Requires a supported Netty; throws INVALID with the property to set. */
  public static void require() {
    Map<String, String> versions = new TreeMap<>();
    Version.identify(NettyVersion.class.getClassLoader())
        .forEach((artifact, version) -> versions.put(artifact, version.artifactVersion()));
    String problem = problem(versions);
    if (problem != null) {
      throw PosthornException.invalid("classPath", problem + REMEDY);
    }
  }

  /**
   * Returns the problem, or null.
   *
   * @param versions by artifact; jars merged from several artifacts may lack some
   */
  static @Nullable String problem(Map<String, String> versions) {
    String first = null;
    Release expected = null;
    for (String artifact : NEEDED) {
      Release version = Release.of(versions.getOrDefault(artifact, ""));
      if (version == null) {
        continue;
      }
      if (!version.isUsable()) {
        return "%s is %s; Posthorn needs Netty %s or a later 4.1, or %s or later"
            .formatted(artifact, version, OLDEST_4_1, OLDEST_4_2);
      }
      if (expected != null && !version.isOfLine(expected)) {
        return "%s is %s, but %s is %s; all Netty artifacts must have the same version"
            .formatted(first, expected, artifact, version);
      }
      first = artifact;
      expected = version;
    }
    return null;
  }
}
