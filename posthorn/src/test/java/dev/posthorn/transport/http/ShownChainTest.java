package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ChainReceiver;
import dev.posthorn.testkit.receiver.MadeCertificate;
import dev.posthorn.testkit.receiver.Receiver;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Receivers' certificates are checked as presented, without a search for a path, and off the event
 * loop.
 */
class ShownChainTest {
  private static final String POLICIES = "2.5.29.32";
  private static final byte[] LOCAL = {127, 0, 0, 1};
  private static final KeyPair KEY = MadeCertificate.ec("secp256r1");
  private static final KeyPair A = MadeCertificate.ec("secp256r1");
  private static final KeyPair B = MadeCertificate.ec("secp256r1");
  private static final KeyPair ROOT = MadeCertificate.ec("secp384r1");

  private static HttpRequest request(String url, List<X509Certificate> authorities) {
    TlsIdentity own = new TlsIdentity(null, MadeCertificate.pem(authorities));
    return new HttpRequest(
        new Owner("application", url),
        HttpTarget.parse(url).with(own),
        new String[0],
        new byte[] {1},
        Client.GENEROUS);
  }

  private static ExchangeResult exchange(
      boolean nativeIo, List<X509Certificate> shown, List<X509Certificate> authorities) {
    try (ChainReceiver receiver = new ChainReceiver(KEY.getPrivate(), shown);
        Client client = new Client(Client.local().nativeIo(nativeIo).build())) {
      return client.exchange(request(receiver.url(), authorities));
    }
  }

  private static void assertRefused(ExchangeResult result, String why) {
    assertThat(result)
        .isInstanceOfSatisfying(
            ExchangeResult.Failure.class,
            failure -> {
              assertThat(failure.error().code()).isEqualTo("tls");
              assertThat(failure.detail()).contains(why);
            });
  }

  private static void assertTaken(ExchangeResult result) {
    assertThat(result).isInstanceOf(ExchangeResult.Response.class);
  }

  private static X509Certificate authority() {
    return MadeCertificate.authority("A", A).selfSigned();
  }

  private static X509Certificate receiver() {
    return MadeCertificate.receiver(LOCAL, KEY).issued("A", A.getPrivate());
  }

  /** Returns a chain whose authorities, with two names, could all be the issuer of each other. */
  private static List<X509Certificate> crossSigned() {
    List<X509Certificate> shown = new ArrayList<>();
    shown.add(receiver());
    for (int i = 0; i < 9; i++) {
      String subject = i % 2 == 0 ? "B" : "A";
      String issuer = i % 2 == 0 ? "A" : "B";
      shown.add(
          MadeCertificate.authority(subject, MadeCertificate.ec("secp256r1"))
              .issued(issuer, A.getPrivate()));
    }
    return shown;
  }

  private static List<X509Certificate> authorities(int count) {
    List<X509Certificate> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(
          MadeCertificate.authority(i % 2 == 0 ? "A" : "B", MadeCertificate.ec("secp256r1"))
              .selfSigned());
    }
    return made;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void certificatesThatVouchForEachOtherHoldUpNobody(boolean nativeIo) {
    try (ChainReceiver hostile = new ChainReceiver(KEY.getPrivate(), crossSigned());
        Receiver good = Receiver.answering(request -> Answer.status(200));
        Client client = new Client(Client.local().nativeIo(nativeIo).build())) {
      List<X509Certificate> authorities = authorities(40);
      List<CompletableFuture<ExchangeResult>> started = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        started.add(client.start(request(hostile.url(), authorities)));
      }
      assertThat(client.respond(good.url("/"), "1").status()).isEqualTo(200);
      started.forEach(result -> assertRefused(Client.get(result), ""));
    }
  }

  /** Eight certificates that each map five policies to each other: 390,625 combinations. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void policiesThatMultiplyHoldUpNobody(boolean nativeIo) {
    byte[][] policies = new byte[5][];
    byte[][] mappings = new byte[25][];
    for (int i = 0; i < 25; i++) {
      byte[] oid = MadeCertificate.oid("1.2.3." + i / 5);
      policies[i / 5] = MadeCertificate.seq(oid);
      mappings[i] = MadeCertificate.seq(oid, MadeCertificate.oid("1.2.3." + i % 5));
    }
    List<X509Certificate> shown = new ArrayList<>();
    shown.add(
        MadeCertificate.receiver(LOCAL, KEY)
            .extension(POLICIES, false, MadeCertificate.seq(policies))
            .issued("0", A.getPrivate()));
    for (int i = 0; i < 8; i++) {
      shown.add(
          MadeCertificate.authority("" + i, A)
              .extension(POLICIES, false, MadeCertificate.seq(policies))
              .extension("2.5.29.33", false, MadeCertificate.seq(mappings))
              .issued("" + (i + 1), A.getPrivate()));
    }
    assertTaken(exchange(nativeIo, shown, List.of(MadeCertificate.authority("8", A).selfSigned())));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyMayBeInAnyOrderAndMoreThanAreNeeded(boolean nativeIo) {
    X509Certificate root = MadeCertificate.authority("root", ROOT).selfSigned();
    List<X509Certificate> shown =
        List.of(
            receiver(),
            root,
            MadeCertificate.authority("nobody", ROOT).selfSigned(),
            MadeCertificate.authority("B", B).issued("root", ROOT.getPrivate()),
            MadeCertificate.authority("A", A).issued("elsewhere", ROOT.getPrivate()),
            MadeCertificate.authority("A", A).issued("root", ROOT.getPrivate()));
    assertTaken(exchange(nativeIo, shown, List.of(root)));
    assertTaken(exchange(nativeIo, List.of(receiver()), List.of(authority())));
  }

  @Test
  void whatNoAuthorityVouchesForIsRefused() {
    X509Certificate root = MadeCertificate.authority("root", ROOT).selfSigned();
    X509Certificate forged = MadeCertificate.authority("A", A).issued("root", B.getPrivate());
    X509Certificate notOne = MadeCertificate.receiver(LOCAL, A).issued("root", ROOT.getPrivate());
    X509Certificate signedByIt =
        MadeCertificate.receiver(LOCAL, KEY).issued("receiver", A.getPrivate());
    List<X509Certificate> others = List.of(root);

    assertRefused(exchange(true, List.of(receiver()), others), "no trusted authority");
    assertRefused(exchange(true, List.of(receiver(), authority()), others), "no trusted authority");
    assertRefused(exchange(true, List.of(receiver(), forged), others), "Signature");
    assertRefused(exchange(true, List.of(signedByIt, notOne), others), "basic constraints");
  }

  @Test
  void noMoreThanTenAreLookedAt() {
    List<X509Certificate> shown = new ArrayList<>();
    shown.add(receiver());
    for (int i = 0; i < 8; i++) {
      shown.add(MadeCertificate.authority("nobody", B).selfSigned());
    }
    shown.add(MadeCertificate.authority("A", A).issued("root", ROOT.getPrivate()));
    List<X509Certificate> trusted = List.of(MadeCertificate.authority("root", ROOT).selfSigned());
    assertTaken(exchange(true, shown, trusted));
    shown.add(1, MadeCertificate.authority("nobody", B).selfSigned());
    assertRefused(exchange(true, shown, trusted), "no trusted authority");
  }

  @Test
  void whatWouldCostMuchIsRefused() throws Exception {
    List<X509Certificate> trusted = List.of(authority());
    for (MadeCertificate costly :
        List.of(
            MadeCertificate.authority("A", A).extension("1.2.3", false, new byte[17_000]),
            MadeCertificate.authority("A", rsa(8_200, BigInteger.valueOf(65_537))),
            MadeCertificate.authority("A", rsa(2_048, BigInteger.ONE.shiftLeft(2_000))))) {
      List<X509Certificate> shown = List.of(receiver(), costly.issued("A", A.getPrivate()));
      assertRefused(exchange(true, shown, trusted), "a certificate has");
    }
  }

  /**
   * The size of rules that are compared with each other counts in total; otherwise nine
   * certificates could have the maximum each.
   */
  @Test
  void manyRulesAreRefused() {
    List<X509Certificate> shown = new ArrayList<>();
    shown.add(MadeCertificate.receiver(LOCAL, KEY).issued("0", A.getPrivate()));
    for (int i = 0; i < 6; i++) {
      shown.add(
          MadeCertificate.authority("" + i, A)
              .extension("2.5.29.30", true, names(50))
              .extension(POLICIES, false, policies(50))
              .issued("" + (i + 1), A.getPrivate()));
    }
    List<X509Certificate> trusted = List.of(MadeCertificate.authority("6", A).selfSigned());
    assertRefused(exchange(true, shown, trusted), "bytes of policies and name constraints");
  }

  private static byte[] policies(int count) {
    byte[][] policies = new byte[count][];
    for (int i = 0; i < count; i++) {
      policies[i] = MadeCertificate.seq(MadeCertificate.oid("1.2.3.4.5." + (1_000 + i)));
    }
    return MadeCertificate.seq(policies);
  }

  private static byte[] names(int count) {
    byte[][] names = new byte[count][];
    for (int i = 0; i < count; i++) {
      byte[] name = ("n" + i).getBytes(StandardCharsets.US_ASCII);
      names[i] = MadeCertificate.seq(MadeCertificate.tagged(0x82, name));
    }
    return MadeCertificate.seq(MadeCertificate.tagged(0xa0, names));
  }

  /** Returns a key that cannot sign. */
  private static KeyPair rsa(int bits, BigInteger exponent) throws GeneralSecurityException {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
    RSAPublicKeySpec key = new RSAPublicKeySpec(modulus, exponent.or(BigInteger.ONE));
    return new KeyPair(KeyFactory.getInstance("RSA").generatePublic(key), A.getPrivate());
  }
}
