package dev.posthorn.internal.crypto;

import java.security.PublicKey;
import java.util.Arrays;

/** The part of DER (ITU-T X.690) needed to write a private key in the form that Java reads. */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private Der() {}

  /**
   * Converts a key from PKCS#1 (RFC 8017) or SEC 1 (RFC 5915) to PKCS#8 (RFC 5958).
   *
   * @param of the public key: it names the algorithm, and the curve, in the same form (RFC 5280)
   */
  static byte[] pkcs8(PublicKey of, byte[] key) {
    byte[] info = of.getEncoded();
    int start = header(info, 0);
    int end = start + header(info, start) + length(info, start);
    byte[] algorithm = Arrays.copyOfRange(info, start, end);
    return tagged(SEQUENCE, joined(VERSION_0, algorithm, tagged(OCTETS, key)));
  }

  /** Returns the number of bytes before the content of the value at {@code at}. */
  private static int header(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int length = 0;
    int header = header(der, at);
    for (int i = header == 2 ? 1 : 2; i < header; i++) {
      length = (length << 8) | (der[at + i] & 0xff);
    }
    return length;
  }

  private static byte[] tagged(int tag, byte[] content) {
    int n = content.length; // below 65,536, because the text has fewer characters
    byte[] header;
    if (n < 0x80) {
      header = new byte[] {(byte) tag, (byte) n};
    } else if (n < 0x100) {
      header = new byte[] {(byte) tag, (byte) 0x81, (byte) n};
    } else {
      header = new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n};
    }
    return joined(header, content);
  }

  private static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
