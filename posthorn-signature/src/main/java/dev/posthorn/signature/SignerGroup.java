package dev.posthorn.signature;

import java.util.List;
import java.util.StringJoiner;

/** Several signers whose signatures share one header. */
final class SignerGroup implements Signer {

  private final List<Signer> signers;

  SignerGroup(List<String> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("keys is empty; give at least one signing key");
    }
    this.signers = keys.stream().map(Signer::of).toList();
  }

  @Override
  public String sign(String id, long timestampSeconds, byte[] body) {
    StringJoiner signatures = new StringJoiner(" ");
    for (Signer signer : signers) {
      signatures.add(signer.sign(id, timestampSeconds, body));
    }
    return signatures.toString();
  }
}
