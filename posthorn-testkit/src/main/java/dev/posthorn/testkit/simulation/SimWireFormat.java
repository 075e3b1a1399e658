package dev.posthorn.testkit.simulation;

import dev.posthorn.wire.Framer;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.SigningSecret;
import dev.posthorn.wire.WireFormat;
import java.util.List;

/** Puts the message's id into a header and signs nothing. */
final class SimWireFormat implements WireFormat {
  static final String NAME = "simulation";
  static final String ID_HEADER = "webhook-id";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Framer framer(List<SigningSecret> secrets, List<Header> headers) {
    return (id, type, contentType, millis, body) -> new String[] {ID_HEADER, id};
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
