package dev.posthorn.signature;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A received signature header, taken apart: {@code scheme,base64} once or more, with spaces. */
final class SignatureHeader {

  /** A bound on the work that a sender can ask for; a rotation needs two or three. */
  static final int MAX_SIGNATURES = 16;

  private final Map<String, List<byte[]>> byScheme = new HashMap<>();
  private int count;

  private SignatureHeader() {}

  /** Keeps what has the form of a signature and skips the rest, as the standard asks. */
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
        // Not base64, so no signature of any scheme known here.
      }
    }
    return header;
  }

  /** Returns how many signatures there are, of known schemes or not. */
  int count() {
    return count;
  }

  List<byte[]> ofScheme(String scheme) {
    return byScheme.getOrDefault(scheme, List.of());
  }
}
