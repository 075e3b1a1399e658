package dev.posthorn.signature;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signs messages with one key, or with several while keys rotate. Immutable and thread-safe: create
 * it once and reuse it.
 *
 * <p>{@code v1} takes about a microsecond for a body of 1 KB, {@code v1a} several hundred times
 * that: keep the latter off event loops.
 */
public sealed interface Signer permits HmacKey, Ed25519SigningKey, SignerGroup {

  /**
   * Returns a signer with one key.
   *
   * @param key {@code whsec_} for {@code v1} or {@code whsk_} for {@code v1a}
   * @throws KeyFormatException if the text is neither
   */
  static Signer of(String key) {
    if (key.startsWith(KeyText.SECRET)) {
      return HmacKey.parse(key);
    }
    if (key.startsWith(KeyText.SIGNING_KEY)) {
      return Ed25519SigningKey.parse(key);
    }
    if (key.startsWith(KeyText.PUBLIC_KEY)) {
      throw new KeyFormatException(
          "a whpk_ key is public and cannot sign; sign with its whsk_ key");
    }
    throw new KeyFormatException(
        "a signing key starts with whsec_ (v1, a secret) or whsk_ (v1a, a signing key)");
  }

  /**
   * Returns a signer that signs with each of several keys, in this order: during a rotation the new
   * key and the old one.
   *
   * @throws IllegalArgumentException if the list is empty
   * @throws KeyFormatException if a key is invalid
   */
  static Signer of(List<String> keys) {
    return keys.size() == 1 ? of(keys.get(0)) : new SignerGroup(keys);
  }

  /**
   * Returns the value of the signature header: the scheme, a comma and the signature in base64;
   * with several keys, one such entry per key, separated by spaces.
   *
   * @param id the message's id, the same for every attempt; visible ASCII without a full stop
   * @param timestampSeconds the time of this attempt in Unix seconds
   * @param body the exact bytes to send
   * @throws IllegalArgumentException if the id or the timestamp is invalid
   */
  String sign(String id, long timestampSeconds, byte[] body);

  /**
   * Returns the headers of one attempt: id, timestamp and signature under each of the given sets of
   * names; if none is given, under those of Standard Webhooks.
   *
   * @throws IllegalArgumentException as in {@link #sign}
   */
  default Map<String, String> headers(
      String id, Instant timestamp, byte[] body, HeaderNames... names) {
    long seconds = timestamp.getEpochSecond();
    String signature = sign(id, seconds, body);
    Map<String, String> headers = new LinkedHashMap<>();
    for (HeaderNames set : names.length == 0 ? new HeaderNames[] {HeaderNames.WEBHOOK} : names) {
      headers.put(set.id(), id);
      headers.put(set.timestamp(), Long.toString(seconds));
      headers.put(set.signature(), signature);
    }
    return Collections.unmodifiableMap(headers);
  }
}
