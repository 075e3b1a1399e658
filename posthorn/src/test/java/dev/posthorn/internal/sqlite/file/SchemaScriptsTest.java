package dev.posthorn.internal.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SchemaScriptsTest {
  /**
   * A file contains the text of the scripts that created it, comments included, and is rejected if
   * they differ. So a script never changes: later changes go into a new script, which gets a line
   * here.
   */
  @Test
  void scriptsNeverChange() throws Exception {
    List<String> digests = new ArrayList<>();
    for (String script : Schema.SCRIPTS) {
      digests.add(sha256(script) + " " + script);
    }

    assertThat(digests)
        .containsExactly(
            "9b29bec2121d5ab0963ea91e0ed0c78349f140f8045cd87aac61f65c30c8d57c V001.sql",
            "db7242972f981efcb58d007206a734f82a0b1d3b0cd18ffe55612f4350f4da5d V002.sql",
            "4150ebbf58d2d701fd3be251a9cf105362de52af293350fd66ed4c06b7bac076 V003.sql",
            "0d5d237dc8c21a30ea7609d803e2c9e1f258ddb207c371e1b2662519b6b8034f V004.sql",
            "5dae4a047cb1636192e35776b72daee4f9b6c96068f79ae024e87da0da1e656f V005.sql",
            "e6deab15ea3103f7cec5bc00b4a66a09c12371f66498b2d5e00c9aff6947f5b4 V006.sql",
            "6f29584f19dd9ac074fbc7ce1aa00033c56f72b7aff570db689f56a6fccb2c17 V007.sql",
            "6fe150a021a939d32504e806d32505a7a1140c4d67d9b82b7a25de65cfe592e9 V008.sql",
            "3d8d96d2da49b5b02ca2e1a77961cd4618de4530373ecf76a5726c57c13cae7e V009.sql",
            "9a326f7065195e668fda98cf3091a67a95e660d9ae5b8e075fd0ec63237de315 V010.sql");
  }

  /** Some locales have digits of their own, with which no script has a name. */
  @Test
  void theScriptsAreFoundInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(Schema.scripts()).isNotEmpty().isEqualTo(Schema.SCRIPTS);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String sha256(String script) throws IOException, NoSuchAlgorithmException {
    try (InputStream text = Schema.class.getResourceAsStream(Schema.DIRECTORY + script)) {
      byte[] all = Objects.requireNonNull(text).readAllBytes();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    }
  }
}
