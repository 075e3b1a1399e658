package dev.posthorn.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCertificateTest {

  private static final long NOW = Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();

  static String pem(String name) {
    try (InputStream in =
        ClientCertificateTest.class.getResourceAsStream("/tls/" + name + ".pem")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ec-certificate, ec-pkcs8, CN=sender-ec",
    "ec-certificate, ec-sec1, CN=sender-ec",
    "p384-certificate, p384-sec1, CN=sender-p384",
    "rsa-certificate, rsa-pkcs8, CN=sender-rsa",
    "rsa-certificate, rsa-pkcs1, CN=sender-rsa",
  })
  void every_usual_form_of_a_key_is_read_and_written_as_one(
      String certificate, String key, String subject) {
    ClientCertificate read = ClientCertificate.read(pem(key) + pem(certificate));
    read.check(NOW);

    ClientCertificate again = ClientCertificate.read(read.write());
    again.check(NOW);
    assertThat(again.key()).isEqualTo(read.key());
    assertThat(again.chain()).isEqualTo(read.chain());
    assertThat(again.chain().get(0).getSubjectX500Principal().getName()).isEqualTo(subject);
    assertThat(again.write()).isEqualTo(read.write());
  }

  @Test
  void the_chain_keeps_its_order_and_what_stands_between_does_not_matter() {
    String text =
        "Bag Attributes\r\n  friendlyName: sender\r\n"
            + pem("ec-certificate").replace("\n", "\r\n")
            + "issuer\n"
            + pem("rsa-certificate")
            + pem("ec-pkcs8");
    ClientCertificate read = ClientCertificate.read(text);

    read.check(NOW);
    assertThat(read.chain())
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=sender-ec", "CN=sender-rsa");
  }

  @ParameterizedTest
  @CsvSource({
    "ec-pkcs8, has no certificate",
    "ec-certificate, has no private key",
    "ec-certificate+ec-pkcs8+rsa-pkcs8, two private keys",
    "rsa-certificate+encrypted-pkcs8, openssl pkey",
    "rsa-certificate+encrypted-pkcs1, openssl pkey",
    "ed25519-certificate+ed25519, use RSA or EC",
    "ec-certificate+rsa-pkcs8, cannot be read as EC",
    "rsa-certificate+ec-pkcs8, cannot be read as RSA",
    "ec-certificate+p384-sec1, does not belong",
    "rsa-certificate+rsa-1024, 1024 bits",
    "rsa-1024-certificate+rsa-1024, 1024 bits",
    "rsa-4112-certificate+rsa-4112, 4112 bits",
    "rsa-certificate+ec-certificate+ec-pkcs8, cannot be read as RSA",
  })
  void what_cannot_be_used_is_refused_with_the_remedy(String files, String message) {
    StringBuilder text = new StringBuilder();
    for (String file : files.split("\\+", -1)) {
      text.append(pem(file));
    }
    assertThatThrownBy(() -> ClientCertificate.read(text.toString()).check(NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasNoCause();
  }

  @Test
  void what_is_not_pem_is_refused_and_never_repeated() {
    String key = pem("ec-pkcs8");
    String secret = key.substring(60, 90);
    for (String text :
        new String[] {
          "",
          "hello",
          key.replace("-----END", "----END"),
          pem("ec-certificate") + key.replace("\n", "\\n"),
          pem("ec-certificate") + key.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"),
          pem("ec-certificate") + key.replace(secret, "!" + secret),
          pem("ec-certificate") + key.replace(secret, secret.substring(4)),
          pem("ec-certificate").replace("MII", "AII") + key,
          "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" + key,
        }) {
      assertThatThrownBy(() -> ClientCertificate.read(text).check(NOW))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain(secret));
    }
    assertThatThrownBy(() -> ClientCertificate.read("x".repeat(32_769)))
        .hasMessageContaining("32769 characters");
  }

  @Test
  void one_that_has_expired_or_does_not_count_yet_is_refused() {
    ClientCertificate read = ClientCertificate.read(pem("ec-certificate") + pem("ec-pkcs8"));

    assertThatThrownBy(() -> read.check(Instant.parse("2200-01-01T00:00:00Z").toEpochMilli()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expired at 2126-");
    assertThatThrownBy(() -> read.check(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not valid before 2026-");
  }

  @Test
  void the_key_is_in_no_text_about_it() {
    ClientCertificate read = ClientCertificate.read(pem("rsa-certificate") + pem("rsa-pkcs8"));
    HttpTarget target =
        HttpTarget.parse("https://example.com/").with(new TlsIdentity(read.write(), "ca"));

    String key = Base64.getEncoder().encodeToString(read.key().getEncoded()).substring(100, 130);
    assertThat(read.toString()).isEqualTo("ClientCertificate[CN=sender-rsa]");
    assertThat(target.toString()).doesNotContain(key, "BEGIN");
    assertThat(read.write().replace("\n", "")).contains(key);
  }

  @Test
  void authorities_are_certificates_alone() {
    assertThat(Certificates.read(pem("ec-certificate") + pem("rsa-certificate"))).hasSize(2);
    assertThat(Certificates.write(Certificates.read(pem("ec-certificate"))))
        .isEqualTo(pem("ec-certificate"));
    assertThatThrownBy(() -> Certificates.read(pem("ec-certificate") + pem("ec-pkcs8")))
        .hasMessageContaining("private key");
    assertThatThrownBy(() -> Certificates.read("-----BEGIN PUBLIC KEY-----\n-----END "))
        .hasMessageContaining("PUBLIC KEY");
    assertThatThrownBy(() -> Certificates.read("none")).hasMessageContaining("is not PEM");
  }

  @Test
  void a_target_of_http_has_no_use_for_an_identity() {
    TlsIdentity identity = new TlsIdentity(null, "ca");
    HttpTarget plain = HttpTarget.parse("http://example.com/");
    HttpTarget secured = HttpTarget.parse("https://example.com/");

    assertThat(plain.with(identity)).isSameAs(plain);
    assertThat(secured.with(identity)).isNotEqualTo(secured);
    assertThat(secured.with(identity)).isEqualTo(secured.with(new TlsIdentity(null, "ca")));
  }
}
