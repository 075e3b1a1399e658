package dev.posthorn.signature;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A parsed signature header: {@code scheme,base64}, once or more, separated by spaces. */
final class SignatureHeader {

  /**
   * Maximum number of signatures, which limits the work a sender can cause; a rotation needs two or
   * three.
   */
  static final int MAX_SIGNATURES = 16;

  private final Map<String, List<byte[]>> byScheme = new HashMap<>();
  private int count;

  private SignatureHeader() {}

  /** Keeps entries in the form of a signature and skips the others, as the standard requires. */
  static SignatureHeader parse(String value) {
    SignatureHeader header = new SignatureHeader();
    for (String part : value.split(" ", -1)) {
      int comma = part.indexOf(',');
      if (comma <= 0) {
        continue;
      }
      try {
        byte[] signature = Base64.getDecoder().decode(part.substring(comma + 1));
        header
            .byScheme
            .computeIfAbsent(part.substring(0, comma), scheme -> new ArrayList<>(2))
            .add(signature);
        header.count++;
      } catch (IllegalArgumentException e) {
        // Not base64, so not a signature of any known scheme.
      }
    }
    return header;
  }

  /** Returns the number of signatures, of known schemes or not. */
  int count() {
    return count;
  }

  List<byte[]> ofScheme(String scheme) {
    return byScheme.getOrDefault(scheme, List.of());
  }
}
