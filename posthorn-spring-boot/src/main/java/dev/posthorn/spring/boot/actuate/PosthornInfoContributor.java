package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** The part {@code posthorn} of the info endpoint: the version and the kind of the store. */
public class PosthornInfoContributor implements InfoContributor {
  private final @Nullable PosthornOptions options;

  /** Creates a contributor for options; null if the program opens Posthorn itself. */
  public PosthornInfoContributor(@Nullable PosthornOptions options) {
    this.options = options;
  }

  @Override
  public void contribute(Info.Builder builder) {
    Map<String, Object> details = new LinkedHashMap<>();
    String version = Posthorn.class.getPackage().getImplementationVersion();
    details.put("version", version == null ? "unknown" : version);
    if (options != null) {
      details.put("store", options.postgresql() == null ? "sqlite" : "postgresql");
    }
    builder.withDetail("posthorn", details);
  }
}
