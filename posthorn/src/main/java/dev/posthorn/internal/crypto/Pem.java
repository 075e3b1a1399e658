package dev.posthorn.internal.crypto;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads and writes PEM (RFC 7468): DER as base64 between a BEGIN and an END line. */
final class Pem {
  /** Maximum number of characters of a text: a dozen certificates with keys of 4,096 bits. */
  static final int MOST = 32 * 1024;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private Pem() {}

  /** A block; an encrypted one has no DER. */
  record Block(String label, byte[] der) {
    boolean isCertificate() {
      return label.equals("CERTIFICATE");
    }

    boolean isKey() {
      return label.endsWith("PRIVATE KEY");
    }
  }

  /** Reads all blocks; text between them is ignored, as usual. */
  static List<Block> read(String text) {
    if (text.length() > MOST) {
      throw new IllegalArgumentException(
          "has " + text.length() + " characters; at most " + MOST + " are allowed");
    }
    List<Block> blocks = new ArrayList<>();
    for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
      int label = at + BEGIN.length();
      int body = text.indexOf(DASHES, label);
      int end = body < 0 ? -1 : text.indexOf(END, body);
      if (end < 0) {
        throw new IllegalArgumentException(
            "is not PEM: a BEGIN line has no END line after it; give the whole text");
      }
      blocks.add(block(text.substring(label, body), text.substring(body + DASHES.length(), end)));
      at = end;
    }
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "is not PEM: give text that begins with -----BEGIN CERTIFICATE-----");
    }
    return blocks;
  }

  private static Block block(String label, String body) {
    if (body.contains("ENCRYPTED")) { // a header of RFC 1421, as older programs write it
      return new Block("ENCRYPTED PRIVATE KEY", new byte[0]);
    }
    try {
      return new Block(label, Base64.getDecoder().decode(body.replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      // The cause would show a part of a text that may be a key.
      throw new IllegalArgumentException(
          "is not PEM: the block " + label(label) + " is not base64; give the text unchanged");
    }
  }

  /** Returns an untrusted label in a form for messages. */
  static String label(String label) {
    String shown = label.replaceAll("[^A-Z0-9 ]", "?");
    return shown.substring(0, Math.min(40, shown.length()));
  }

  static String write(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return BEGIN + label + DASHES + "\n" + base64 + "\n" + END + label + DASHES + "\n";
  }
}
