package dev.posthorn.bench;

import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Signer;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of one signature for the sender, and of one check for the receiver. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SignerBenchmark {

  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  @Param({"v1", "v1a"})
  private String scheme = "v1";

  private final byte[] body = new byte[1024];
  private Signer signer = Signer.of(Keys.generateSecret());
  private Verifier verifier = Verifier.of(Keys.generateSecret());
  private Map<String, String> headers = Map.of();

  /** Makes a key pair of the scheme and signs the body once, for the receiver. */
  @Setup
  public void sign() {
    boolean symmetric = scheme.equals("v1");
    String key = symmetric ? Keys.generateSecret() : Keys.generateSigningKey();
    signer = Signer.of(key);
    verifier = Verifier.of(symmetric ? key : Keys.publicKeyOf(key)).clock(() -> TIME);
    headers = signer.headers(ID, TIME, body);
  }

  /** Signs a body of 1 KB. */
  @Benchmark
  public String sender() {
    return signer.sign(ID, TIME.getEpochSecond(), body);
  }

  /** Checks a signed body of 1 KB. */
  @Benchmark
  public Verification receiver() {
    return verifier.check(headers, body);
  }
}
