package dev.posthorn.simulation;

import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the message's id into a header and signs nothing; may throw anything. */
final class SimWireFormat implements WireFormat {
  static final String NAME = "simulation";
  static final String ID_HEADER = "webhook-id";

  private final @Nullable Surprises surprises;

  /** Creates a format that never fails. */
  SimWireFormat() {
    this(null);
  }

  /**
   * Creates a format.
   *
   * @param surprises what it throws, or null for nothing
   */
  SimWireFormat(@Nullable Surprises surprises) {
    this.surprises = surprises;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
    if (surprises != null) {
      surprises.maybe();
    }
    return (id, type, contentType, millis, body) -> {
      if (surprises != null) {
        surprises.maybeInRequest();
      }
      return new String[] {ID_HEADER, id};
    };
  }

  @Override
  public boolean retries(int status) {
    if (surprises != null) {
      surprises.maybeInJudgment();
    }
    return true;
  }

  @Override
  public void check(String secret) {
    if (!secret.isEmpty()) {
      throw new IllegalArgumentException("secret: this format has none; leave it out");
    }
  }

  @Override
  public String generateSecret() {
    return "";
  }
}
