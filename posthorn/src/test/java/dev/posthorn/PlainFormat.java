package dev.posthorn;

import dev.posthorn.signature.Signer;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;

/** A wire format that signs nothing. */
class PlainFormat implements WireFormat {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
    return (id, type, contentType, millis, body) -> new String[] {"x-id", id};
  }

  @Override
  public void check(String secret) {
    var unused = Signer.of(secret);
  }

  @Override
  public String generateSecret() {
    return "";
  }
}
