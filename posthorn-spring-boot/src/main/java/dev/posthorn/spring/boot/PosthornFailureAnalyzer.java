package dev.posthorn.spring.boot;

import dev.posthorn.PosthornException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a start that failed because Posthorn did not open, with the property to change. */
final class PosthornFailureAnalyzer extends AbstractFailureAnalyzer<PosthornException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, PosthornException cause) {
    return new FailureAnalysis("Posthorn failed: " + cause.getMessage(), action(cause), cause);
  }

  private static String action(PosthornException cause) {
    return switch (cause.reason()) {
      case STORE_LOCKED ->
          """
          Another process, or another application context of this one, has the file open:

              - Stop it, or wait longer for it to end: posthorn.store.open-timeout
              - Give each instance a file of its own: posthorn.store.file
              - In tests, use @PosthornTest or @AutoConfigurePosthorn of posthorn-spring-boot-test, \
          which give each context its own file""";
      case STORE_FULL ->
          "Free space on the disk of posthorn.store.file, or place the file elsewhere.";
      case STORE_FAILED ->
          """
          Check that posthorn.store.file names a database of Posthorn of this version or an older \
          one, that this process may read and write it and its folder, and that \
          posthorn.keys.secret or posthorn.keys.file is the key that it was created with.""";
      case INVALID -> invalid(String.valueOf(cause.getMessage()));
      default -> "See the message above.";
    };
  }

  /** Returns the remedy for an option that only {@code open} can judge. */
  private static String invalid(String message) {
    if (message.startsWith("file: ")) {
      return "Change posthorn.store.file.";
    }
    if (message.startsWith("trustedCertificates: ")) {
      return "Change posthorn.network.trusted-certificates.";
    }
    return "Change the value that the message names, among the properties posthorn.* or in a"
        + " PosthornOptionsCustomizer.";
  }
}
