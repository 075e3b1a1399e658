package dev.posthorn.spring.boot;

import dev.posthorn.PosthornException;
import java.util.Map;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a start that failed because Posthorn did not open, with the property to change. */
final class PosthornFailureAnalyzer extends AbstractFailureAnalyzer<PosthornException> {
  /** The properties of the options that {@code open} judges. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "file", "posthorn.store.file",
          "secretKey", "posthorn.keys.secret or posthorn.keys.file",
          "trustedCertificates", "posthorn.network.trusted-certificates",
          "url", "posthorn.store.postgresql.url",
          "inbox", "posthorn.inbox.table, or set posthorn.inbox.schema-mode=create");

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, PosthornException cause) {
    return new FailureAnalysis("Posthorn failed: " + cause.getMessage(), action(cause), cause);
  }

  private static String action(PosthornException cause) {
    return switch (cause.reason()) {
      case STORE_LOCKED ->
          """
          Another process, or another application context of this one, has the store open:

              - Stop it, or wait longer for it to end: posthorn.store.open-timeout for a file, \
          posthorn.store.postgresql.open-timeout for a schema
              - Give each instance a file or a schema of its own: posthorn.store.file, \
          posthorn.store.postgresql.schema
              - In tests, use @PosthornTest or @AutoConfigurePosthorn of posthorn-spring-boot-test, \
          which give each context its own file""";
      case STORE_FULL -> "Free space on the disk of the store, or place the store elsewhere.";
      case STORE_FAILED ->
          """
          Check that the store, which posthorn.store.file, posthorn.store.postgresql.url or the \
          DataSource names, is one of Posthorn of this version or an older one, that this process \
          may use it, and that posthorn.keys.secret or posthorn.keys.file is the key that it was \
          created with.""";
      case INVALID -> invalid(String.valueOf(cause.getMessage()));
      default -> "See the message above.";
    };
  }

  /** Returns the remedy for an option that only {@code open} can judge. */
  private static String invalid(String message) {
    int colon = message.indexOf(": ");
    String property = PROPERTIES.get(colon < 0 ? "" : message.substring(0, colon));
    return property == null
        ? "Change the value that the message names, among the properties posthorn.* or in a"
            + " PosthornOptionsCustomizer."
        : "Change " + property + ".";
  }
}
