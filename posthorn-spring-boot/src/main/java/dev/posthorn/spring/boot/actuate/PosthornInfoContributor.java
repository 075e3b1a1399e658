package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** The part {@code posthorn} of the info endpoint: the version and the kind of the store. */
public class PosthornInfoContributor implements InfoContributor {
  @Override
  public void contribute(Info.Builder builder) {
    Map<String, Object> details = new LinkedHashMap<>();
    String version = Posthorn.class.getPackage().getImplementationVersion();
    details.put("version", version == null ? "unknown" : version);
    details.put("store", "sqlite");
    builder.withDetail("posthorn", details);
  }
}
